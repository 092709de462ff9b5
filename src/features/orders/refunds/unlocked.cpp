#include "features/orders/refunds/unlocked.hpp"

#include "postgres/settings.hpp"
#include "postgres/sql/query.hpp"

namespace upkeep::orders {

void require_unlocked(const refund_plan &plan, const pg::fragment &condition, std::span<const pg::parameter> parameters,
                      const std::vector<std::string> &open, const char *refused, bool may_be_corrected) {
  if (pg::is_paused(pg::pausable::order_lock))
    return;
  const order_lock_rules &rules = plan.of.lock;
  const pg::rows found = pg::execute(rules.find_locked(condition, open), parameters, pg::snapshot::latest);
  if (found.count() == 0)
    return;
  const locked_order order{found.text(0, 1).value_or(""), found.text(0, 2), found.text(0, 3),
                           found.text(0, 4).value_or("")};
  order_is_locked(rules, order, refused, may_be_corrected ? how_to_correct(rules, order) : not_even_corrected);
}

} // namespace upkeep::orders
