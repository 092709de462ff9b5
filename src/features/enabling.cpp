#include "features/enabling.hpp"

#include "postgres/sql/text.hpp"

#include <algorithm>

namespace upkeep {

using pg::call;

namespace {

// An argument of the SQL function that was called.
struct passed {
  std::string name;
  Oid type;
  NullableDatum value;
};

std::vector<passed> arguments_of(FunctionCallInfo fcinfo) {
  const pg::parameter parameters[] = {pg::parameter::oid(fcinfo->flinfo->fn_oid)};
  const pg::rows found =
      pg::execute("SELECT p.proargnames[i], p.proargtypes[i - 1] FROM pg_catalog.pg_proc p"
                  " CROSS JOIN pg_catalog.generate_series(1, p.pronargs) i WHERE p.oid = $1 ORDER BY i",
                  parameters);
  std::vector<passed> arguments;
  for (std::uint64_t row = 0; row < found.count(); ++row)
    arguments.push_back({found.text(row, 1).value_or(""), found.oid(row, 2), fcinfo->args[row]});
  return arguments;
}

bool names(const passed &argument, const std::string &column) {
  if (argument.value.isnull)
    return false;
  if (argument.type == NAMEOID)
    return column == NameStr(*DatumGetName(argument.value.value));
  if (argument.type != NAMEARRAYOID)
    return false;
  Datum *elements = nullptr;
  int count = 0;
  call([&] {
    deconstruct_array(DatumGetArrayTypeP(argument.value.value), NAMEOID, NAMEDATALEN, false, TYPALIGN_CHAR, &elements,
                      nullptr, &count);
  });
  return std::any_of(elements, elements + count, [&](Datum each) { return column == NameStr(*DatumGetName(each)); });
}

std::string folded(std::string_view name) {
  std::string result;
  for (const char letter : name)
    if (letter != '_')
      result += static_cast<char>(pg_ascii_tolower(static_cast<unsigned char>(letter)));
  return result;
}

// The one column whose name differs in capitals and underscores only.
std::string similar_column(Oid table, const std::string &name) {
  const pg::parameter parameters[] = {pg::parameter::oid(table)};
  const pg::rows found = pg::execute(
      "SELECT a.attname::pg_catalog.text FROM pg_catalog.pg_attribute a WHERE a.attrelid OPERATOR(pg_catalog.=) $1"
      " AND a.attnum OPERATOR(pg_catalog.>) 0 AND NOT a.attisdropped",
      parameters);
  std::string similar;
  for (std::uint64_t row = 0; row < found.count(); ++row)
    if (const std::string column = found.text(row, 1).value(); folded(column) == folded(name)) {
      if (!similar.empty())
        return "";
      similar = column;
    }
  return similar;
}

// What an argument's table is called in a sentence; those whose rows refer to the others' are not `is_parent`.
struct table_role {
  std::string_view argument, words;
  bool is_parent;
};
constexpr table_role roles[] = {{"order_items", "lines", false},
                                {"child", "the child", false},
                                {"orders", "orders", true},
                                {"products", "products", true},
                                {"parent", "the parent", true}};

const table_role *role_of(const passed &argument) {
  if (argument.type != REGCLASSOID || argument.value.isnull)
    return nullptr;
  const auto found = std::find_if(std::begin(roles), std::end(roles),
                                  [&](const table_role &each) { return each.argument == argument.name; });
  return found == std::end(roles) ? nullptr : found;
}

bool refers_to(Oid child, Oid parent) {
  const pg::parameter parameters[] = {pg::parameter::oid(child), pg::parameter::oid(parent)};
  return pg::execute("SELECT FROM pg_catalog.pg_constraint c WHERE c.contype OPERATOR(pg_catalog.=) 'f'"
                     " AND c.conrelid OPERATOR(pg_catalog.=) $1 AND c.confrelid OPERATOR(pg_catalog.=) $2",
                     parameters)
             .count() > 0;
}

// "upkeep.enable_order_totals takes orders first, then lines.", where two tables may have been passed the other way
// round;
// "" else. A foreign key makes it certain.
struct order_advice {
  std::string text;
  bool is_certain = false;
};
order_advice swapped_tables(FunctionCallInfo fcinfo, const std::vector<passed> &arguments,
                            const pg::missing_column &said) {
  std::vector<const passed *> tables;
  for (const passed &each : arguments)
    if (role_of(each))
      tables.push_back(&each);
  for (std::size_t i = 0; i + 1 < tables.size(); ++i) {
    const passed &first = *tables[i], &second = *tables[i + 1];
    if (role_of(first)->is_parent == role_of(second)->is_parent)
      continue;
    const bool is_first_parent = role_of(first)->is_parent;
    const Oid parent = DatumGetObjectId((is_first_parent ? first : second).value.value);
    const Oid child = DatumGetObjectId((is_first_parent ? second : first).value.value);
    const Oid other = said.table == child ? parent : child;
    const bool is_there = (said.table == child || said.table == parent) &&
                          call([&] { return get_attnum(other, said.columns.front().c_str()) != InvalidAttrNumber; });
    const bool is_certain = refers_to(parent, child);
    if (refers_to(child, parent) || (!is_certain && !is_there))
      continue;
    const std::string function = pg::string_from([&] { return get_func_name(fcinfo->flinfo->fn_oid); });
    return {fmt::format("upkeep.{} takes {} first, then {}.", function, role_of(first)->words, role_of(second)->words),
            is_certain};
  }
  return {};
}

// "product_column => 'productId'", with what the table has in place of the column where that is known; "" where no
// argument names the column.
std::string argument_for(const std::vector<passed> &arguments, const std::string &column, const std::string &similar) {
  const auto found =
      std::find_if(arguments.begin(), arguments.end(), [&](const passed &each) { return names(each, column); });
  if (found == arguments.end())
    return "";
  const std::string name = similar.empty() ? "its_name" : similar;
  return fmt::format("{} => {}", found->name,
                     pg::literals({found->type == NAMEARRAYOID ? "{" + pg::quoted(name) + "}" : name}));
}

std::string hint_for_one(const std::vector<passed> &arguments, const std::string &table, Oid oid,
                         const std::string &column) {
  const std::string similar = similar_column(oid, column), argument = argument_for(arguments, column, similar);
  if (!argument.empty())
    return similar.empty()
               ? fmt::format("If the column of \"{}\" has another name, pass {}; otherwise add it.", table, argument)
               : fmt::format("\"{}\" has a column \"{}\": pass {}.", table, similar, argument);
  if (std::any_of(arguments.begin(), arguments.end(), [](const passed &each) { return each.name == "formulas"; }))
    return fmt::format("Pass formulas => ARRAY[...] that name the columns \"{}\" has, or add the column.", table);
  return similar.empty()
             ? fmt::format("Add the column to \"{}\".", table)
             : fmt::format("Add the column to \"{}\", or rename \"{}\": the name is fixed.", table, similar);
}

std::string hint_for_several(const std::vector<passed> &arguments, const std::string &table,
                             const pg::missing_column &said) {
  std::string list;
  for (const std::string &column : said.columns)
    if (const std::string argument = argument_for(arguments, column, similar_column(said.table, column));
        !argument.empty())
      list += (list.empty() ? "" : ", ") + argument;
  return fmt::format(
      "{} to \"{}\"; upkeep.create_analytics makes tables with all of them.",
      list.empty() ? "Add them" : fmt::format("If columns have other names, pass {}. Add the others", list), table);
}

} // namespace

std::string hint_for_caller(FunctionCallInfo fcinfo, const pg::missing_column &said) {
  std::string hint;
  pg::with_spi([&] {
    const std::vector<passed> arguments = arguments_of(fcinfo);
    const std::string table = pg::table_name(said.table);
    const order_advice order = swapped_tables(fcinfo, arguments, said);
    if (!order.is_certain)
      hint = said.columns.size() == 1 ? hint_for_one(arguments, table, said.table, said.columns.front())
                                      : hint_for_several(arguments, table, said);
    if (!order.text.empty())
      hint += (hint.empty() ? "" : " ") + order.text;
  });
  return hint;
}

} // namespace upkeep
