#include "features/suggest/amounts.hpp"

#include "core/suggest/amount_name.hpp"
#include "core/suggest/names.hpp"
#include "core/suggest/patterns.hpp"
#include "core/text/joined.hpp"
#include "features/suggest/found_schema.hpp"
#include "postgres/relation.hpp"

#include <algorithm>
#include <cstdio>

namespace upkeep::suggest {

namespace {

struct amount_column {
  const schema_column *column;
  amount_name name;
};
using amount_columns = std::vector<amount_column>;

bool says_whether_included(const schema_table &table) {
  return std::ranges::any_of(table.columns, [](const schema_column &column) {
    return column.type == BOOLOID && has_word_of(patterns::tax_words, column.word) &&
           has_word_of(patterns::included_words, column.word);
  });
}

// numeric(5,4) holds a share.
bool holds_share(const schema_column &column) {
  int precision = 0, scale = 0;
  return std::sscanf(column.type_name.c_str(), "numeric(%d,%d)", &precision, &scale) == 2 && precision - scale <= 1;
}

std::vector<std::string> names_of(const amount_columns &columns, amount_kind kind) {
  std::vector<std::string> names;
  for (const amount_column &each : columns)
    if (each.name.kind == kind)
      names.push_back(pg::quoted(each.column->name));
  return names;
}

class amount_reader {
public:
  amount_reader(const schema_table &orders, const schema_table &lines, const amounts_beside &beside)
      : orders(orders), lines(lines), beside(beside), taxes(amount_taxes::unsaid) {
    for (const schema_column *each : {beside.price, beside.total})
      if (each && taxes_in(each->word) != amount_taxes::unsaid)
        taxes = taxes_in(each->word);
  }

  order_amounts read() {
    const amount_columns of_orders = columns_of(orders), of_lines = columns_of(lines);
    if (beside.price && taxes_in(beside.price->word) != amount_taxes::unsaid && taxes_in(beside.price->word) != taxes)
      doubt("of price and total one is with taxes, the other without");
    for (const amount_kind kind :
         {amount_kind::shipping, amount_kind::fee, amount_kind::discount, amount_kind::tax, amount_kind::adjustment})
      look_at(kind, of_orders, of_lines);
    for (const amount_column &each : of_orders)
      look_at(orders, each);
    for (const amount_column &each : of_lines)
      look_at(lines, each);
    result.of_orders = terms_of(of_orders);
    result.of_lines = terms_of(of_lines);
    return std::move(result);
  }

private:
  void doubt(const std::string &why) {
    if (std::ranges::find(result.doubts, why) == result.doubts.end())
      result.doubts.push_back(why);
  }

  bool is_beside(const schema_column &column) const {
    return &column != beside.total && &column != beside.sum && &column != beside.price;
  }

  // Those with the taxes of the total where there are such. Taxes are in those that are with taxes.
  amount_columns columns_of(const schema_table &table) const {
    amount_columns all;
    for (const schema_column &column : table.columns)
      if (is_beside(column) && is_counted(column))
        if (const amount_name name = read_amount_name(column.word); name.kind != amount_kind::none)
          if (name.kind != amount_kind::tax || taxes != amount_taxes::included)
            all.push_back({&column, name});
    std::erase_if(all, [&](const amount_column &each) {
      return each.name.taxes != taxes && std::ranges::any_of(all, [&](const amount_column &other) {
               return other.name.kind == each.name.kind && other.name.taxes == taxes;
             });
    });
    return all;
  }

  void look_at(amount_kind kind, const amount_columns &of_orders, const amount_columns &of_lines) {
    const std::vector<std::string> on_orders = names_of(of_orders, kind), on_lines = names_of(of_lines, kind);
    for (const std::vector<std::string> &names : {on_orders, on_lines})
      if (names.size() > 1 && kind != amount_kind::fee)
        doubt(fmt::format("which of {} counts cannot be seen", enumerated(names)));
    if (!on_orders.empty() && !on_lines.empty())
      doubt(fmt::format("{} of the orders may be the sum of {} of the lines", on_orders.front(), on_lines.front()));
    if (kind == amount_kind::adjustment)
      for (const std::vector<std::string> &names : {on_orders, on_lines})
        if (!names.empty())
          doubt(fmt::format("what {} is made of cannot be seen", names.front()));
  }

  void look_at(const schema_table &table, const amount_column &each) {
    const schema_column &column = *each.column;
    const std::string name = pg::quoted(column.name);
    if (each.name.kind == amount_kind::tax && !is_added_tax(table, column))
      doubt(fmt::format("whether {} comes on top of the prices cannot be seen", name));
    if (each.name.taxes != taxes && each.name.kind != amount_kind::tax && each.name.taxes != amount_taxes::unsaid)
      doubt(fmt::format("of {} and the total one is with taxes, the other without", name));
    if (column.is_computed)
      doubt(fmt::format("{} is computed by the database, and no formula can read it", name));
    else if (holds_share(column))
      doubt(fmt::format("{} is {}: a share rather than an amount", name, column.type_name));
    else if (has_word_of(patterns::of_one_words, column.word))
      doubt(fmt::format("{} may be of one piece", name));
    if (beside.price && is_in_cents(column) != is_in_cents(*beside.price))
      doubt(fmt::format("one of {} and {} is in cents, the other is not", name, pg::quoted(beside.price->name)));
  }

  bool is_added_tax(const schema_table &table, const schema_column &column) const {
    if (&table == &lines || has_word_of(patterns::included_words, column.word) || says_whether_included(orders) ||
        says_whether_included(lines))
      return false;
    return is_one_of(patterns::added_taxes, column.word) ||
           (beside.sum && !has_word_of(patterns::value_added_words, column.word));
  }

  static std::vector<amount_term> terms_of(const amount_columns &columns) {
    std::vector<amount_term> terms;
    for (const amount_column &each : columns)
      terms.push_back({each.name.kind == amount_kind::discount, each.column});
    return terms;
  }

  const schema_table &orders, &lines;
  const amounts_beside &beside;
  amount_taxes taxes; // in price and total
  order_amounts result;
};

} // namespace

order_amounts read_amounts(const schema_table &orders, const schema_table &lines, const amounts_beside &beside) {
  return amount_reader(orders, lines, beside).read();
}

std::string formula_of(const std::string &first, const std::vector<amount_term> &terms) {
  std::string formula = first;
  for (const amount_term &each : terms) {
    const std::string name = pg::quoted(each.column->name);
    formula += fmt::format(" {} {}", each.is_taken_off ? '-' : '+',
                           each.column->is_nullable ? fmt::format("coalesce({}, 0)", name) : name);
  }
  return formula;
}

std::string enumerated(const std::vector<std::string> &names) {
  if (names.size() < 2)
    return joined(names, "");
  return joined(std::span(names).first(names.size() - 1), ", ") + " and " + names.back();
}

} // namespace upkeep::suggest
