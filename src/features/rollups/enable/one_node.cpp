#include "features/rollups/enable/one_node.hpp"

#include "core/fault.hpp"
#include "postgres/citus/colocation.hpp"
#include "postgres/citus/shards.hpp"

#include <algorithm>

namespace upkeep::rollups {

namespace {

// Rows with the same value in these columns lie in the same place.
void require_tenant_key(const rollup &of) {
  const std::string target = pg::distribution_column(of.target).value_or("");
  const std::string source = pg::distribution_column(of.source).value_or("");
  const bool has_key = std::ranges::any_of(of.keys, [&](const group_key &key) {
    return key.column.name == target && key.value.text() == pg::quoted(source);
  });
  if (!has_key)
    throw fault{.sqlstate = sqlstate::feature_not_supported,
                .message = fmt::format("the rollup from \"{}\" to \"{}\" has no key by which they are distributed",
                                       pg::table_name(of.source), pg::table_name(of.target)),
                .detail = "A group would count rows of other nodes.",
                .hint = fmt::format("Let keys begin with {}.",
                                    pg::literals({fmt::format("{} = {}", pg::quoted(target), pg::quoted(source))}))};
}

} // namespace

void require_one_node(const rollup &of) {
  for (const Oid table : {of.target, of.source})
    pg::require_no_replicas(table, "enable a rollup");
  if (!pg::lies_beside(of.source, of.target))
    pg::refuse_apart(of.source, of.target);
  if (pg::citus_kind_of(of.target) == pg::citus_kind::distributed)
    require_tenant_key(of);
}

} // namespace upkeep::rollups
