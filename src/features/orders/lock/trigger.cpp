// The trigger function upkeep.order_lock(): on the lines it refuses what a statement does to the lines of a paid order.
#include "features/orders/lock/correction.hpp"
#include "features/orders/lock/open_columns.hpp"
#include "features/orders/lock/order_lock_rules.hpp"

#include "features/catalogue.hpp"
#include "features/empty_tables/emptied_tables.hpp"
#include "features/registry.hpp"
#include "features/trigger_options.hpp"
#include "features/updated_at/updated_at_settings.hpp"
#include "postgres/citus/shards.hpp"
#include "postgres/executor/marked_statement.hpp"
#include "postgres/rows/collect_keys.hpp"
#include "postgres/rows/key_match.hpp"
#include "postgres/rows/key_set.hpp"
#include "postgres/rows/row_comparer.hpp"
#include "postgres/rows/transition.hpp"
#include "postgres/settings.hpp"
#include "postgres/sql/query.hpp"
#include "postgres/sql/saved_query.hpp"
#include "postgres/trigger.hpp"
#include "postgres/values/json.hpp"
#include "postgres/values/same_value.hpp"

#include <algorithm>

namespace upkeep::orders {

using pg::call;
using pg::sql;

namespace {

constexpr const char *right_trigger =
    "AFTER INSERT, UPDATE or DELETE with transition tables, or BEFORE TRUNCATE, FOR EACH STATEMENT; or BEFORE UPDATE, "
    "FOR EACH ROW, on the orders";

// What the session remembers of the trigger on one table of lines.
struct lines_plan {
  lines_plan(order_lock_rules rules, pg::fragment condition, std::string find_one, std::vector<Oid> types,
             std::vector<char> counted, std::vector<AttrNumber> references, std::vector<AttrNumber> documents)
      : rules(std::move(rules)), condition(std::move(condition)), find(this->rules.find_locked(this->condition)),
        find_one(std::move(find_one), std::move(types)), counted(std::move(counted)), references(std::move(references)),
        documents(std::move(documents)) {}

  order_lock_rules rules;
  pg::fragment condition; // that an order is among those of a key_set
  std::string find;
  pg::saved_query find_one; // a line or a few of one order, as a shop writes them, are not planned anew each time
  // A layout in which the open columns, the references and the documents are passive.
  std::vector<char> counted;
  std::vector<AttrNumber> references; // columns that a foreign key sets NULL
  std::vector<AttrNumber> documents;  // columns of json, whose blanks are not part of their value
};

bool is_open(const order_lock_rules &rules, const std::string &column) {
  return std::ranges::count(rules.open, column) > 0;
}

std::vector<AttrNumber> references_of(Relation lines, const order_lock_rules &rules) {
  const order_link &link = rules.link;
  const pg::parameter parameters[] = {pg::parameter::oid(RelationGetRelid(lines))};
  const pg::rows found = pg::execute(sql(R"sql(
    SELECT DISTINCT k.number
    FROM pg_catalog.pg_constraint c, pg_catalog.unnest(COALESCE(c.confdelsetcols, c.conkey)) AS k(number)
    WHERE c.conrelid [=] $1 AND c.contype [=] 'f' AND c.confdeltype [=] 'n'
  )sql"),
                                     parameters);
  std::vector<AttrNumber> columns;
  for (std::uint64_t row = 0; row < found.count(); ++row) {
    bool is_null = false;
    const AttrNumber column = DatumGetInt16(found.value(row, 1, is_null));
    const std::string name = NameStr(TupleDescAttr(RelationGetDescr(lines), column - 1)->attname);
    if (std::ranges::count(link.columns, name) == 0 && !is_open(rules, name))
      columns.push_back(column);
  }
  return columns;
}

std::vector<AttrNumber> documents_of(Relation lines, const std::vector<AttrNumber> &references,
                                     const order_lock_rules &rules) {
  TupleDesc descriptor = RelationGetDescr(lines);
  std::vector<AttrNumber> columns;
  for (AttrNumber column = 1; column <= descriptor->natts; ++column) {
    const FormData_pg_attribute &attribute = *TupleDescAttr(descriptor, column - 1);
    if (!attribute.attisdropped && !attribute.attgenerated && !is_open(rules, NameStr(attribute.attname)) &&
        call([&] { return pg::holds_json(getBaseType(attribute.atttypid)); }) &&
        std::find(references.begin(), references.end(), column) == references.end())
      columns.push_back(column);
  }
  return columns;
}

// The stamp and the version that the table's updated_at keeps.
std::vector<AttrNumber> columns_of_updated_at(Relation lines) {
  const Trigger *own = trigger_of(lines, updated_at_feature);
  if (!own)
    return {};
  const updated_at::updated_at_settings settings =
      updated_at::read_updated_at(pg::trigger_options(*own, updated_at_feature));
  std::vector<AttrNumber> columns{pg::find_column(RelationGetDescr(lines), settings.column)};
  if (settings.version)
    columns.push_back(pg::find_column(RelationGetDescr(lines), *settings.version));
  return columns;
}

// All columns but generated ones, open ones, those that the table's updated_at keeps, the references and the documents.
std::vector<char> counted_columns(Relation lines, const order_lock_rules &rules,
                                  const std::vector<AttrNumber> &references, const std::vector<AttrNumber> &documents) {
  TupleDesc descriptor = RelationGetDescr(lines);
  std::vector<char> memory(pg::layout::size(descriptor->natts));
  auto &table = *new (memory.data()) pg::layout;
  pg::describe(descriptor, table);
  std::vector<AttrNumber> passive = references;
  passive.insert(passive.end(), documents.begin(), documents.end());
  for (const std::string &column : rules.open)
    passive.push_back(pg::find_column(descriptor, column));
  const std::vector<AttrNumber> kept = columns_of_updated_at(lines);
  passive.insert(passive.end(), kept.begin(), kept.end());
  for (const AttrNumber column : passive)
    if (column != InvalidAttrNumber)
      table.columns[column - 1].role = pg::column_role::passive;
  return memory;
}

pg::resolved_plan<lines_plan> make_lines_plan(const Trigger &trigger, Relation lines) {
  const option_list options = pg::trigger_options(trigger, order_lock_feature);
  const Oid orders = other_table(options, "orders", lines, RowShareLock);
  std::shared_ptr<const lines_plan> plan;
  pg::with_relation(orders, [&](Relation target) {
    order_lock_rules rules = resolve_lock(options, target, lines);
    pg::fragment condition = match_orders(rules.link, target, lines, enable_order_lock_name).condition;
    std::vector<AttrNumber> references = references_of(lines, rules);
    std::vector<AttrNumber> documents = documents_of(lines, references, rules);
    std::vector<char> counted = counted_columns(lines, rules, references, documents);
    std::string find_one = rules.find_locked(one_key(target, "o", rules.link.keys, lines, rules.link.columns));
    std::vector<Oid> types = types_of(lines, rules.link.columns);
    plan = std::make_shared<const lines_plan>(std::move(rules), std::move(condition), std::move(find_one),
                                              std::move(types), std::move(counted), std::move(references),
                                              std::move(documents));
  });
  return {plan, {{RelationGetRelid(lines)}, {orders, RowShareLock}}};
}

// Whether a column has another value. That of a reference may become NULL: the product of a line may be deleted.
bool changes_reference(AttrNumber column, Relation lines, const pg::transition &before, const pg::transition &after) {
  return call([&] {
    const FormData_pg_attribute &attribute = *TupleDescAttr(RelationGetDescr(lines), column - 1);
    bool was_null = false, is_null = false;
    const Datum old_value = slot_getattr(before.row(), column, &was_null);
    const Datum new_value = slot_getattr(after.row(), column, &is_null);
    return !is_null && (was_null || !datum_image_eq(old_value, new_value, attribute.attbyval, attribute.attlen));
  });
}

bool changes_value(AttrNumber column, Relation lines, const pg::transition &before, const pg::transition &after) {
  return call([&] {
    const FormData_pg_attribute &attribute = *TupleDescAttr(RelationGetDescr(lines), column - 1);
    bool was_null = false, is_null = false;
    const Datum old_value = slot_getattr(before.row(), column, &was_null);
    const Datum new_value = slot_getattr(after.row(), column, &is_null);
    return was_null != is_null ||
           (!is_null && !datum_image_eq(old_value, new_value, attribute.attbyval, attribute.attlen) &&
            !pg::same_value(attribute, old_value, new_value));
  });
}

void collect(const TriggerData &trigger, const lines_plan &plan, pg::key_set &keys) {
  Relation lines = trigger.tg_relation;
  pg::collect_keys(trigger, keys, [&] {
    const auto &counted = *reinterpret_cast<const pg::layout *>(plan.counted.data());
    return [&, rows = pg::row_comparer(counted, lines)](const pg::transition &before, const pg::transition &after) {
      const auto changes = [&](auto &&how) {
        return [&, how](AttrNumber column) { return how(column, lines, before, after); };
      };
      return rows.changed(before, after) || std::ranges::any_of(plan.references, changes(changes_reference)) ||
             std::ranges::any_of(plan.documents, changes(changes_value));
    };
  });
}

// The first column that an UPDATE changed, of those which are not open.
std::optional<std::string> changed_column(const TriggerData &trigger, const order_lock_rules &rules) {
  Relation lines = trigger.tg_relation;
  pg::transition before(trigger.tg_oldtable, lines), after(trigger.tg_newtable, lines);
  const std::vector<AttrNumber> kept = columns_of_updated_at(lines);
  std::optional<std::string> found;
  while (!found && before.next() && after.next())
    for (AttrNumber column = 1; !found && column <= RelationGetDescr(lines)->natts; ++column) {
      const FormData_pg_attribute &attribute = *TupleDescAttr(RelationGetDescr(lines), column - 1);
      if (!attribute.attisdropped && !attribute.attgenerated && !is_open(rules, NameStr(attribute.attname)) &&
          std::ranges::count(kept, column) == 0 && changes_value(column, lines, before, after))
        found = NameStr(attribute.attname);
    }
  before.close();
  after.close();
  return found;
}

// What the hint says of the column that an UPDATE may not change.
std::string about_open_columns(const TriggerData &trigger, const order_lock_rules &rules) {
  const std::optional<std::string> column =
      TRIGGER_FIRED_BY_UPDATE(trigger.tg_event) ? changed_column(trigger, rules) : std::nullopt;
  if (!column)
    return "";
  const std::optional<std::string> reason = why_not_open(trigger.tg_relation, *column);
  return reason ? fmt::format("\"{}\" cannot be one of the open_columns of upkeep.enable_order_lock: {}. ", *column,
                              *reason)
                : fmt::format("\"{}\" may change in locked orders if it is one of the open_columns of "
                              "upkeep.enable_order_lock. ",
                              *column);
}

void require_none(const order_lock_rules &rules, const pg::rows &found, const char *refused, auto &&hint_for) {
  if (found.count() == 0)
    return;
  const locked_order order{found.text(0, 1).value_or(""), found.text(0, 2), found.text(0, 3),
                           found.text(0, 4).value_or("")};
  order_is_locked(rules, order, refused, hint_for(order));
}

// Citus locks no rows of several shards: nobody pays an order of any of them until this transaction ends.
pg::rows find_locked_on_shards(const lines_plan &plan, const pg::fragment &condition) {
  const pg::fragment &orders = plan.rules.link.orders_name;
  pg::execute(sql("LOCK TABLE {orders} IN SHARE ROW EXCLUSIVE MODE", "orders"_is = orders));
  return pg::execute(plan.rules.first_locked(orders, condition));
}

// What a TRUNCATE of this one table would empty.
void before_truncate_of(const lines_plan &plan, Relation lines) {
  const order_link &link = plan.rules.link;
  pg::fragment condition;
  pg::with_relation(link.orders, [&](Relation orders) {
    condition =
        sql("EXISTS (SELECT FROM {lines} l WHERE {same_keys})", "lines"_is = pg::own_rows_of(RelationGetRelid(lines)),
            "same_keys"_is = pg::equal_keys(orders, "o", link.keys, lines, "l", link.columns, enable_order_lock_name));
  });
  const bool has_shards = pg::has_shards(RelationGetRelid(lines));
  link.as_owner(0, [&] {
    require_none(plan.rules,
                 has_shards ? find_locked_on_shards(plan, condition) : pg::execute(plan.rules.find_locked(condition)),
                 "its lines cannot be truncated", [](const locked_order &) { return not_even_corrected; });
  });
}

pg::rows find_locked(const lines_plan &plan, const pg::key_set &keys, const std::vector<std::string> &open) {
  const std::vector<pg::parameter> arrays = keys.parameters();
  if (!open.empty())
    return pg::execute(plan.rules.find_locked(plan.condition, open), arrays);
  return keys.count() == 1 ? plan.find_one.execute(key_in(arrays)) : pg::execute(plan.find, arrays);
}

void guard_lines(const TriggerData &trigger) {
  pg::with_spi([&] {
    const auto plan = pg::session_plan<lines_plan>(
        *trigger.tg_trigger, [&] { return make_lines_plan(*trigger.tg_trigger, trigger.tg_relation); });
    const order_lock_rules &rules = plan->rules;
    if (TRIGGER_FIRED_BY_TRUNCATE(trigger.tg_event)) {
      before_truncate_of(*plan, trigger.tg_relation);
      return;
    }
    pg::key_set keys(trigger.tg_relation, rules.link.columns, enable_order_lock_name);
    collect(trigger, *plan, keys);
    if (keys.empty())
      return;
    const std::vector<std::string> open = orders_open_to(rules.link, GetUserId());
    rules.link.as_owner(0, [&] {
      require_none(
          rules, find_locked(*plan, keys, open), "lines cannot be added, changed or deleted",
          [&](const locked_order &order) { return about_open_columns(trigger, rules) + how_to_correct(rules, order); });
    });
  });
}

bool is_right(const TriggerData &trigger) {
  const TriggerEvent event = trigger.tg_event;
  if (TRIGGER_FIRED_FOR_ROW(event))
    return TRIGGER_FIRED_BEFORE(event) && TRIGGER_FIRED_BY_UPDATE(event);
  if (TRIGGER_FIRED_BY_TRUNCATE(event))
    return TRIGGER_FIRED_BEFORE(event);
  return TRIGGER_FIRED_AFTER(event) && (TRIGGER_FIRED_BY_INSERT(event) || trigger.tg_oldtable) &&
         (TRIGGER_FIRED_BY_DELETE(event) || trigger.tg_newtable);
}

bool is_on_orders(const Trigger &trigger) {
  return find_option(pg::trigger_options(trigger, order_lock_feature), "order_items") != nullptr;
}

Datum fire(FunctionCallInfo fcinfo) {
  const TriggerData &trigger = pg::require_trigger(fcinfo, order_lock_feature);
  if (!is_right(trigger))
    pg::misused_trigger(trigger, order_lock_feature, right_trigger);
  const bool is_idle =
      pg::is_paused(pg::pausable::order_lock) || pg::is_quiet() || pg::is_fired_by(pg::own_statement::refund) ||
      (TRIGGER_FIRED_BY_TRUNCATE(trigger.tg_event) && is_emptied(RelationGetRelid(trigger.tg_relation)));
  // An order comes back, or goes, as it was; lines of a locked one only with it.
  if (TRIGGER_FIRED_FOR_ROW(trigger.tg_event))
    return PointerGetDatum(is_idle || pg::is_restoring() ? trigger.tg_newtuple : guard_order(fcinfo, trigger));
  if (is_idle)
    return Datum(0);
  if (!is_on_orders(*trigger.tg_trigger))
    guard_lines(trigger);
  else if (!pg::is_restoring())
    guard_orders(trigger);
  return Datum(0);
}

} // namespace

} // namespace upkeep::orders

// upkeep.order_lock() RETURNS trigger: AFTER, or BEFORE TRUNCATE, FOR EACH STATEMENT, on the lines and the orders;
// BEFORE UPDATE, FOR EACH ROW, on the orders. Errors: UK003 a locked order; 39P01 a wrong trigger; 22023, 42501, 42703,
// 42804 and 42P01 its arguments.
UPKEEP_FUNCTION(upkeep_order_lock) {
  return upkeep::pg::entry([=] { return upkeep::orders::fire(fcinfo); });
}
