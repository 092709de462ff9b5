// After a TRUNCATE: the rows whose figures are not what the source says now.
#include "core/fault.hpp"
#include "features/rollups/comparison/group_tables.hpp"
#include "features/rollups/rollup_list.hpp"
#include "features/rollups/source/pass/application.hpp"
#include "postgres/as_user.hpp"
#include "postgres/latest_snapshot.hpp"
#include "postgres/memory.hpp"
#include "postgres/sql/query.hpp"
#include "postgres/values/pinned_settings.hpp"

#include <algorithm>

namespace upkeep::rollups {

using pg::call;

namespace {

// The keys that a query returns as its first columns, where the column after them is not true.
std::vector<group_change> groups_in(const pg::rows &found, const rollup &of) {
  const int count = static_cast<int>(of.keys.size());
  std::vector<group_change> groups;
  for (std::uint64_t row = 0; row < found.count(); ++row) {
    call([] { CHECK_FOR_INTERRUPTS(); });
    bool is_null = false;
    if (DatumGetBool(found.value(row, count + 1, is_null)))
      continue;
    const auto room = static_cast<std::size_t>(count) * (sizeof(Datum) + sizeof(bool));
    auto *values = static_cast<Datum *>(call([=] { return palloc(room); }));
    const key_value key{values, reinterpret_cast<bool *>(values + count)};
    for (int i = 0; i < count; ++i) {
      const pg::column_info &column = of.keys[static_cast<std::size_t>(i)].column;
      const Datum value = found.value(row, i + 1, key.nulls[i]);
      key.values[i] = key.nulls[i] ? Datum(0) : call([&] { return datumCopy(value, column.by_value, column.length); });
    }
    groups.push_back({.key = key, .figures = nullptr, .rows = 0, .has_differences = true, .has_extremes = true});
  }
  return groups;
}

std::vector<group_change> wrong_groups(const rollup &of) {
  std::vector<group_change> groups;
  pg::with_pinned_settings([&] {
    const std::vector<rollup> all = rollups_into(of.target);
    const auto own = std::ranges::find_if(all, [&](const rollup &each) { return is_same_rollup(each, of); });
    if (own == all.end())
      return;
    const auto place = static_cast<std::size_t>(own - all.begin());
    const comparison compared(all, {place});
    pg::with_latest_snapshot([&] {
      group_tables tables(compared);
      pg::rows found = pg::read(compared.wrong_groups(place));
      groups = groups_in(found, of);
      found.free();
      tables.close();
    });
  });
  return groups;
}

} // namespace

void read_all_anew(const target_writer &writer, const rollup &of) {
  MemoryContext memory =
      call([] { return AllocSetContextCreate(CurrentMemoryContext, "pg_upkeep rollup", ALLOCSET_DEFAULT_SIZES); });
  {
    const pg::within kept(memory);
    std::vector<group_change> groups;
    pg::as_restricted(of.source_owner, [&] { groups = wrong_groups(of); });
    group_keys keys(of.keys, memory);
    std::ranges::sort(groups, [&](const group_change &a, const group_change &b) {
      return call([&] { return keys.compare(a.key, b.key); }) < 0;
    });
    pg::as_user(of.target_owner, SECURITY_NOFORCE_RLS,
                [&] { application(writer, of, keys, memory).write(groups, true); });
  }
  call([=] { MemoryContextDelete(memory); });
}

} // namespace upkeep::rollups
