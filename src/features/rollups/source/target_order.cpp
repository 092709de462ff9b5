#include "features/rollups/source/target_order.hpp"

#include "features/rollups/first_trigger.hpp"
#include "features/rollups/trigger_table.hpp"

#include <algorithm>
#include <unordered_map>

namespace upkeep::rollups {

namespace {

// Which tables feed which.
class flows {
public:
  explicit flows(Oid function) : function(function) {}

  bool lead(Oid from, Oid to) {
    std::vector<Oid> reached{from};
    for (std::size_t next = 0; next < reached.size(); ++next)
      for (const Oid target : targets_of(reached[next])) {
        if (target == to)
          return true;
        if (std::find(reached.begin(), reached.end(), target) == reached.end())
          reached.push_back(target);
      }
    return false;
  }

  std::vector<Oid> tables() const {
    std::vector<Oid> all;
    for (const auto &[table, targets] : fed)
      all.push_back(table);
    return all;
  }

private:
  const std::vector<Oid> &targets_of(Oid table) {
    const auto [known, is_new] = fed.try_emplace(table);
    if (is_new) {
      pg::call([=] { LockRelationOid(table, AccessShareLock); });
      pg::with_relation(table, [&, &targets = known->second](Relation source) { read_targets(source, targets); });
    }
    return known->second;
  }

  void read_targets(Relation source, std::vector<Oid> &targets) const {
    const TriggerDesc *all = source->trigdesc;
    for (int i = 0; all && i < all->numtriggers; ++i) {
      const Trigger &each = all->triggers[i];
      if (each.tgfoid != function || is_on_target(each))
        continue;
      if (const std::optional<Oid> target = table_named(each, "target=", RelationGetRelid(source)))
        targets.push_back(*target);
    }
  }

  Oid function;
  std::unordered_map<Oid, std::vector<Oid>> fed;
};

} // namespace

std::size_t target_order::place(Oid target) const {
  return static_cast<std::size_t>(std::find(targets.begin(), targets.end(), target) - targets.begin());
}

target_order order_targets(std::vector<Oid> targets, Oid function) {
  std::sort(targets.begin(), targets.end());
  targets.erase(std::unique(targets.begin(), targets.end()), targets.end());
  if (targets.size() < 2)
    return {std::move(targets), {}};
  flows known(function);
  target_order order;
  while (!targets.empty()) {
    const auto is_fed = [&](Oid target) {
      return std::any_of(targets.begin(), targets.end(),
                         [&](Oid other) { return other != target && known.lead(other, target); });
    };
    // Where they feed each other in a circle, which enabling refuses, the first goes.
    auto next = std::find_if_not(targets.begin(), targets.end(), is_fed);
    if (next == targets.end())
      next = targets.begin();
    order.targets.push_back(*next);
    targets.erase(next);
  }
  order.looked_at = known.tables();
  return order;
}

} // namespace upkeep::rollups
