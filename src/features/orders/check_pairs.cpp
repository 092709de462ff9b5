// What upkeep.check() says of orders and lines of which one side has lost its triggers: a table that was rebuilt bears
// the name that the other side's triggers know, and none of its own.
#include "features/check.hpp"

#include "core/options/option_list.hpp"
#include "features/catalogue.hpp"

#include <algorithm>

namespace upkeep::orders {

using pg::call;

namespace {

constexpr const feature_rule *paired_features[] = {&order_totals_feature, &order_lock_feature, &stock_feature};

// What a trigger on one side says of the other.
struct pair_side {
  Oid other;
  bool is_on_orders;
  option_list options;
};

// nullopt for what has no other side, and for arguments that are not options or name nothing: that is said elsewhere.
std::optional<pair_side> side_of(const managed_trigger &trigger) {
  try {
    pair_side side{InvalidOid, false, parse_options(*trigger.feature, trigger.arguments)};
    side.is_on_orders = find_option(side.options, "order_items") != nullptr;
    const std::string *name = find_option(side.options, side.is_on_orders ? "order_items" : "orders");
    const std::optional<Oid> other = name ? pg::find_sibling(*name, trigger.table) : std::nullopt;
    if (!other)
      return std::nullopt;
    side.other = *other;
    const char kind = call([=] { return get_rel_relkind(*other); });
    return kind == RELKIND_RELATION || kind == RELKIND_PARTITIONED_TABLE ? std::optional(side) : std::nullopt;
  } catch (const fault &) {
    return std::nullopt;
  }
}

// Lines must know these orders, or those that they inherit from; orders may know other lines, as where the lock is on
// two tables of lines.
bool answers(const managed_trigger &trigger, Oid table, bool is_on_orders) {
  const std::optional<pair_side> side = side_of(trigger);
  if (!side || side->is_on_orders == is_on_orders)
    return false;
  return side->is_on_orders || side->other == table ||
         std::ranges::count(pg::with_descendants(side->other, AccessShareLock), table) > 0;
}

bool has_answer(const trigger_list &triggers, const managed_trigger &trigger, const pair_side &side) {
  const Oid table = pg::topmost(trigger.table);
  return std::ranges::any_of(triggers.of(side.other), [&](const managed_trigger &each) {
    return each.feature == trigger.feature && answers(each, table, side.is_on_orders);
  });
}

// ", status_column => 'state'" for each argument of the enable function that the trigger gives another value than
// usual.
std::string arguments_of(const option_list &options) {
  std::string arguments;
  for (const option_rule &rule : options.feature->options) {
    const std::string *given = find_option(options, rule.name);
    // The tables stand in front.
    if (!given || rule.argument.position < 0 || rule.kind == option_kind::table ||
        (rule.usual_argument() && *given == rule.usual_argument()))
      continue;
    arguments += fmt::format(", {} => {}", rule.argument_name(),
                             pg::literals({rule.is_list() ? fmt::format("{{{}}}", *given) : *given}));
  }
  return arguments;
}

// What makes the triggers of both sides again, and what it leaves to be put right.
std::string enable_pair(const managed_trigger &trigger, const pair_side &side) {
  const Oid table = pg::topmost(trigger.table);
  const std::string orders = pg::literals({pg::qualified(side.is_on_orders ? table : side.other)});
  const std::string lines = pg::literals({pg::qualified(side.is_on_orders ? side.other : table)});
  const std::string arguments = arguments_of(side.options);
  if (trigger.feature == &stock_feature) {
    const std::optional<Oid> products = pg::find_sibling(*find_option(side.options, "products"), trigger.table);
    return fmt::format("SELECT upkeep.enable_stock({}, {}, orders => {}{});", lines,
                       pg::literals({products ? pg::qualified(*products) : *find_option(side.options, "products")}),
                       orders, arguments);
  }
  const std::string enable =
      fmt::format("SELECT upkeep.enable_{}({}, {}{});", trigger.feature->name, orders, lines, arguments);
  return trigger.feature == &order_totals_feature
             ? fmt::format("{} CALL upkeep.repair_order_totals({}, {});", enable, orders, lines)
             : enable;
}

// Those of the feature on the table and its partitions, which would go with it.
std::string drop_side(const trigger_list &triggers, const managed_trigger &trigger) {
  std::vector<const managed_trigger *> useless;
  for (const Oid table : pg::with_descendants(trigger.table, AccessShareLock))
    for (const managed_trigger &each : triggers.of(table))
      if (each.feature == trigger.feature && !each.is_clone)
        useless.push_back(&each);
  return drop_statements(useless);
}

// `trigger`: the first of the feature on its table.
void check_pair(const trigger_list &triggers, const managed_trigger &trigger, finding_list &into) {
  const std::optional<pair_side> side = side_of(trigger);
  if (!side || (trigger.feature == &stock_feature && !find_option(side->options, "products")) ||
      has_answer(triggers, trigger, *side))
    return;
  into.add(side->other, *trigger.feature,
           fmt::format("lacks the triggers that go with those of {}", pg::qualified(trigger.table)),
           fmt::format("{} Or, where it is no longer wanted: {}", enable_pair(trigger, *side),
                       drop_side(triggers, trigger)));
}

} // namespace

void check_order_pairs(const trigger_list &triggers, finding_list &into) {
  for (const feature_rule *feature : paired_features) {
    Oid looked_at = InvalidOid;
    for (const managed_trigger &trigger : triggers) {
      if (trigger.feature != feature || trigger.is_clone || trigger.table == looked_at)
        continue;
      looked_at = trigger.table;
      // A partition has its triggers from its root, with which it is looked at.
      const Oid root = pg::topmost(trigger.table);
      if (root == trigger.table || !triggers.has(root, *feature))
        check_pair(triggers, trigger, into);
    }
  }
}

} // namespace upkeep::orders
