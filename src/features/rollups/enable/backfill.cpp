#include "features/rollups/enable/backfill.hpp"

#include "features/rollups/comparison/expected.hpp"
#include "features/rollups/comparison/put_right.hpp"
#include "features/rollups/comparison/wrong_groups.hpp"
#include "features/rollups/rollup_list.hpp"
#include "postgres/as_owner.hpp"
#include "postgres/sql/query.hpp"
#include "postgres/values/pinned_settings.hpp"

#include <algorithm>

namespace upkeep::rollups {

using pg::call;

namespace {

constexpr std::int64_t batch_size = 10'000;

// A row without a key would be refused from now on.
void require_keys(const rollup &of) {
  if (!of.inserts || of.groups_nulls)
    return;
  std::optional<std::string> key;
  pg::as_owner(of.source_owner, [&] {
    const pg::rows found = pg::execute(row_without_key(of), {}, pg::snapshot::latest);
    key = found.count() > 0 ? found.text(0, 1) : std::nullopt;
  });
  if (key)
    refuse_null_key(of, std::stoul(*key));
}

// Nobody writes this source, nor the target: what rows are to have is known where no other source has a say.
computed_by way_of(const rollup &of, const std::vector<rollup> &all) {
  return std::ranges::all_of(
             all, [&](const rollup &each) { return each.source == of.source && have_same_keys(each.keys, of.keys); })
             ? computed_by::query
             : computed_by::trigger;
}

void say_replaced(const rollup &of, std::int64_t replaced) {
  if (replaced == 0)
    return;
  const std::string target = pg::table_name(of.target), source = pg::table_name(of.source);
  call([&] {
    ereport(NOTICE, errmsg_plural("replaced " INT64_FORMAT " figure of \"%s\" that was not what \"%s\" says",
                                  "replaced " INT64_FORMAT " figures of \"%s\" that were not what \"%s\" says",
                                  static_cast<unsigned long>(replaced), replaced, target.c_str(), source.c_str()));
  });
}

} // namespace

void backfill(const rollup &of) {
  pg::with_pinned_settings([&] {
    require_keys(of);
    const std::vector<rollup> all = rollups_into(of.target);
    const auto number = static_cast<std::size_t>(
        std::ranges::find_if(all, [&](const rollup &each) { return is_same_rollup(each, of); }) - all.begin());
    const comparison compared(all, {number});
    const computed_by way = way_of(of, all);
    wrong_groups wrong(compared, number, kept_for::transaction);
    std::int64_t replaced = 0;
    while (wrong.fetch(batch_size)) {
      const std::vector<pg::parameter> keys = wrong.keys();
      replaced +=
          (wrong.are_missing() ? insert_rows(all, number, keys, way) : put_rows_right(compared, number, keys)).replaced;
    }
    wrong.close();
    say_replaced(of, replaced);
  });
}

} // namespace upkeep::rollups
