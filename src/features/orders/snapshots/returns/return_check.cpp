#include "features/orders/snapshots/returns/return_check.hpp"

#include "features/catalogue.hpp"
#include "features/orders/order_link.hpp"
#include "features/orders/snapshots/returns/return_plan.hpp"
#include "postgres/as_user.hpp"
#include "postgres/latest_snapshot.hpp"
#include "postgres/rows/row_comparer.hpp"
#include "postgres/sql/query.hpp"

namespace upkeep::orders {

using pg::call;
using pg::fragment;

namespace {

bool is_null(const pg::transition &rows, AttrNumber column) {
  return call([&] {
    bool is_null = false;
    slot_getattr(rows.row(), column, &is_null);
    return is_null;
  });
}

// Whether a row has a smaller quantity than it had; NULL is none.
bool has_less(const return_plan &plan, const pg::transition &before, const pg::transition &after) {
  return call([&] {
    bool was_null = false, is_null = false;
    const Datum old_value = slot_getattr(before.row(), plan.quantity, &was_null);
    const Datum new_value = slot_getattr(after.row(), plan.quantity, &is_null);
    return !was_null && (is_null || plan.is_less(new_value, old_value));
  });
}

// The lines of which a statement may have left less than was returned. Most statements have none.
class concerned_lines {
public:
  concerned_lines(const return_plan &plan, Relation lines) : plan(plan), lines(lines) {}

  std::optional<pg::key_set> returned; // those that its rows return
  std::optional<pg::key_set> reduced;  // those that it took pieces from, or away

  void add_returned(const pg::transition &row) { add(returned, plan.columns.naming(), row); }
  void add_reduced(const pg::transition &row) { add(reduced, plan.columns.found_by(), row); }

private:
  void add(std::optional<pg::key_set> &keys, const std::vector<std::string> &columns, const pg::transition &row) {
    if (!keys)
      keys.emplace(lines, columns, enable_order_snapshots_name);
    keys->add(row);
  }

  const return_plan &plan;
  Relation lines;
};

void collect_changed(const return_plan &plan, Relation lines, pg::transition &before, pg::transition &after,
                     concerned_lines &into) {
  const pg::row_comparer rows(plan.layout_of(plan.counted), lines);
  std::optional<pg::row_comparer> keys;
  const auto has_other_key = [&] {
    if (!keys)
      keys.emplace(plan.layout_of(plan.keys), lines);
    return keys->changed(before, after);
  };
  while (before.next() && after.next()) {
    if (!rows.changed(before, after) || !(has_less(plan, before, after) || has_other_key()))
      continue;
    if (is_null(after, plan.returns))
      into.add_reduced(before);
    else
      into.add_returned(after);
  }
}

void collect(const TriggerData &trigger, const return_plan &plan, concerned_lines &into) {
  Relation lines = trigger.tg_relation;
  pg::transition before(trigger.tg_oldtable, lines), after(trigger.tg_newtable, lines);
  // Where a trigger swallowed a row that was to move to another partition, the rows of an UPDATE are no pairs.
  if (TRIGGER_FIRED_BY_UPDATE(trigger.tg_event) && before.count() == after.count())
    collect_changed(plan, lines, before, after, into);
  else {
    const bool may_go = !TRIGGER_FIRED_BY_DELETE(trigger.tg_event) || !plan.has_reference;
    while (may_go && before.next())
      if (is_null(before, plan.returns))
        into.add_reduced(before);
    while (after.next())
      if (!is_null(after, plan.returns))
        into.add_returned(after);
  }
  before.close();
  after.close();
}

// Of a key_set, which gives its arrays once.
struct line_keys {
  explicit line_keys(const pg::key_set &keys) : count(keys.count()), arrays(keys.parameters()) {}

  std::size_t count;
  std::vector<pg::parameter> arrays;
};

pg::rows execute(const lookup_query &query, const line_keys &keys) {
  const auto &[count, arrays] = keys;
  if (count > 1)
    return pg::execute(query.many, arrays, pg::snapshot::latest);
  return query.one.execute(key_in(arrays), pg::latest_snapshot());
}

// How many pieces the statement returns of the line, and how many had gone before, as JSON.
std::pair<std::string, std::string> requested_pieces(const TriggerData &trigger, const return_plan &plan,
                                                     const short_line &line) {
  const Trigger &made = *trigger.tg_trigger;
  const auto sum = [&](bool is_there, const char *name) {
    return is_there ? plan.pieces_in(pg::identifier{name}) : fragment("0");
  };
  const pg::parameter parameters[] = {pg::parameter::text(line.key), pg::parameter::text(line.tenant),
                                      pg::parameter::text(line.gone)};
  const pg::rows found = pg::execute(pg::sql(R"sql(
    SELECT pg_catalog.to_jsonb(p.requested)::pg_catalog.text,
      pg_catalog.to_jsonb($3::pg_catalog.numeric [-] p.requested)::pg_catalog.text
    FROM (SELECT GREATEST({written} [-] {before}, 0) AS requested) p
  )sql",
                                             "written"_is = sum(trigger.tg_newtable, made.tgnewtable),
                                             "before"_is = sum(trigger.tg_oldtable, made.tgoldtable)),
                                     parameters);
  return {found.text(0, 1).value(), found.text(0, 2).value()};
}

[[noreturn]] void too_few_left(const TriggerData &trigger, const return_plan &plan, const short_line &line) {
  const auto [requested, refunded] = requested_pieces(trigger, plan, line);
  throw fault{
      .sqlstate = sqlstate::refund_not_possible,
      .message = fmt::format("more pieces of line {} of \"{}\" would come back than were sold", line.key, plan.table),
      .detail = fmt::format(R"({{"order":{},"line":{},"sold":{},"refunded":{},"requested":{}}})", line.order, line.key,
                            line.sold, refunded, requested),
      .hint = "Return what was sold and has not come back yet. A line keeps at least the pieces that were returned."};
}

void require_enough(const TriggerData &trigger, const return_plan &plan, const lookup_query &query,
                    const line_keys &keys) {
  const pg::rows found = execute(query, keys);
  if (found.count() == 0)
    return;
  const auto text = [&](int column) { return found.text(0, column).value_or("null"); };
  too_few_left(trigger, plan, {text(1), text(2), text(3), text(4), text(5)});
}

void require_one_currency(const TriggerData &trigger, const return_plan &plan) {
  if (!plan.other_currency || !TRIGGER_FIRED_BY_INSERT(trigger.tg_event))
    return;
  const pg::rows found = plan.other_currency->execute(std::span<const Datum>{});
  if (found.count() > 0)
    throw fault{.sqlstate = sqlstate::foreign_key_violation,
                .message = fmt::format("line {} of \"{}\" was sold in {}, and the line that returns it is in {}",
                                       found.text(0, 1).value_or(""), plan.table, found.text(0, 2).value_or(""),
                                       found.text(0, 3).value_or("")),
                .hint = "Return it in an order of its own currency."};
}

} // namespace

void check_returns(TriggerData &trigger) {
  const auto plan = pg::session_plan<return_plan>(*trigger.tg_trigger, [&] { return make_return_plan(trigger); });
  if (!plan->columns.key)
    return;
  concerned_lines lines(*plan, trigger.tg_relation);
  collect(trigger, *plan, lines);
  if (!lines.returned && !lines.reduced)
    return;
  pg::with_spi([&] {
    call([&] { SPI_register_trigger_data(&trigger); });
    pg::as_user(plan->owner, SECURITY_NOFORCE_RLS, [&] {
      if (lines.returned && !lines.returned->empty()) {
        const line_keys keys(*lines.returned);
        if (execute(plan->lock, keys).count() < keys.count)
          throw fault{.sqlstate = sqlstate::foreign_key_violation,
                      .message = fmt::format("a line of \"{}\" that is returned was deleted meanwhile", plan->table),
                      .hint = "Repeat the transaction."};
        require_one_currency(trigger, *plan);
        require_enough(trigger, *plan, plan->short_of_returned, keys);
      }
      if (lines.reduced && !lines.reduced->empty())
        require_enough(trigger, *plan, plan->short_of_reduced, line_keys(*lines.reduced));
    });
  });
}

} // namespace upkeep::orders
