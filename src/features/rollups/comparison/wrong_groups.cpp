#include "features/rollups/comparison/wrong_groups.hpp"

#include "features/rollups/comparison/group_tables.hpp"
#include "postgres/as_owner.hpp"
#include "postgres/latest_snapshot.hpp"
#include "postgres/sql/query.hpp"

namespace upkeep::rollups {

using pg::call;

namespace {

constexpr const char *found_groups = "upkeep_wrong_groups";

Portal open_cursor() {
  static constexpr char query[] = "SELECT * FROM upkeep_wrong_groups";
  return call([] {
    return SPI_cursor_open_with_args(nullptr, query, 0, nullptr, nullptr, nullptr, true, CURSOR_OPT_NO_SCROLL);
  });
}

} // namespace

wrong_groups::wrong_groups(const comparison &compared, std::size_t rollup, kept_for lifetime)
    : types(key_types(compared.rollups()[rollup])) {
  const auto &of = compared.rollups()[rollup];
  call([] { CommandCounterIncrement(); });
  pg::with_latest_snapshot([&] {
    group_tables groups(compared);
    const pg::fragment query = compared.wrong_groups(rollup);
    pg::as_owner(of.target_owner, [&] { found.emplace(found_groups, query); });
    groups.close();
    total = found->count();
    cursor = open_cursor();
    call([this] { PinPortal(cursor); });
  });
  if (lifetime == kept_for::procedure) {
    // As a commit would do, too late: what the cursor reads ends with the transaction.
    call([] { HoldPinnedPortals(); });
    found->close();
    found.reset();
  }
}

bool wrong_groups::lacks_row(std::int64_t row) const {
  bool is_null = false;
  return DatumGetBool(batch.value(static_cast<std::uint64_t>(row), static_cast<int>(types.size()) + 1, is_null));
}

bool wrong_groups::fetch(std::int64_t most) {
  first = last;
  if (first == static_cast<std::int64_t>(batch.count())) {
    batch.free();
    call([&] { SPI_cursor_fetch(cursor, true, most); });
    batch = pg::rows(SPI_tuptable);
    first = last = 0;
  }
  const auto end = static_cast<std::int64_t>(batch.count());
  if (first == end)
    return false;
  lack_rows = lacks_row(first);
  for (last = first; last < end && lacks_row(last) == lack_rows;)
    ++last;
  return true;
}

std::vector<pg::parameter> wrong_groups::keys() const {
  std::vector<pg::parameter> arrays;
  for (std::size_t i = 0; i < types.size(); ++i) {
    ArrayBuildState *built = call([&] { return initArrayResult(types[i], CurrentMemoryContext, false); });
    for (std::int64_t row = first; row < last; ++row) {
      bool is_null = false;
      const Datum value = batch.value(static_cast<std::uint64_t>(row), static_cast<int>(i) + 1, is_null);
      call([&] { accumArrayResult(built, value, is_null, types[i], CurrentMemoryContext); });
    }
    arrays.push_back({call([&] { return get_array_type(types[i]); }),
                      call([=] { return makeArrayResult(built, CurrentMemoryContext); })});
  }
  return arrays;
}

void wrong_groups::close() {
  batch.free();
  call([this] {
    UnpinPortal(cursor);
    SPI_cursor_close(cursor);
  });
  if (found)
    found->close();
}

} // namespace upkeep::rollups
