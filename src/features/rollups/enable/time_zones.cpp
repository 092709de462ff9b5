// Whether the time zones that expressions name exist.
#include "features/rollups/enable/requirements.hpp"
#include "postgres/boundary.hpp"
#include "postgres/sql/tree_walk.hpp"

namespace upkeep::rollups {

using pg::call;

namespace {

bool takes_zone(const FuncExpr &function) {
  return function.funcid == F_TIMEZONE_TEXT_TIMESTAMPTZ || function.funcid == F_TIMEZONE_TEXT_TIMESTAMP;
}

// Raises what PostgreSQL would for a row.
bool try_zone(Node *node, void *) {
  if (!node)
    return false;
  if (IsA(node, FuncExpr) && takes_zone(*reinterpret_cast<FuncExpr *>(node))) {
    const auto *zone = static_cast<const Node *>(linitial(reinterpret_cast<FuncExpr *>(node)->args));
    if (IsA(zone, Const) && !reinterpret_cast<const Const *>(zone)->constisnull)
      OidFunctionCall2(F_TIMEZONE_TEXT_TIMESTAMPTZ, reinterpret_cast<const Const *>(zone)->constvalue,
                       TimestampTzGetDatum(0));
  }
  return pg::walk_expression(node, try_zone, nullptr);
}

void require_zones_of(const pg::row_expression &expression) {
  if (Expr *tree = expression ? expression.tree() : nullptr)
    call([=] { try_zone(reinterpret_cast<Node *>(tree), nullptr); });
}

} // namespace

void require_zones(const rollup &of) {
  require_zones_of(of.filter);
  for (const group_key &each : of.keys)
    require_zones_of(each.value);
  for (const figure &each : of.figures) {
    require_zones_of(each.argument);
    require_zones_of(each.filter);
  }
}

} // namespace upkeep::rollups
