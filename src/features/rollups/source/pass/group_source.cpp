#include "features/rollups/source/pass/group_source.hpp"

#include "features/rollups/comparison/expected.hpp"
#include "features/rollups/group_context.hpp"
#include "postgres/as_user.hpp"
#include "postgres/latest_snapshot.hpp"
#include "postgres/memory.hpp"
#include "postgres/sql/query.hpp"
#include "postgres/values/pinned_settings.hpp"

namespace upkeep::rollups {

using pg::call;

namespace {

// Reads a group: expressions are those of the source's owner.
template <class F> void as_owner_of_source(const rollup &of, const key_value &key, F &&body) {
  const auto read = [&] { pg::as_restricted(of.source_owner, [&] { pg::with_pinned_settings(body); }); };
  with_group_context(of, key, [&] { pg::with_spi(read); });
}

} // namespace

bool has_rows(const target_writer &writer, const rollup &of, const key_value &key) {
  bool has = false;
  as_owner_of_source(of, key, [&] { has = writer.exists.execute(key, {}, pg::latest_snapshot()).count() > 0; });
  return has;
}

std::vector<NullableDatum> figures_in_source(const target_writer &writer, const rollup &of, const key_value &key) {
  std::vector<NullableDatum> said;
  MemoryContext memory = CurrentMemoryContext;
  as_owner_of_source(of, key, [&] {
    pg::rows found = writer.read.execute(key, {}, pg::latest_snapshot());
    const int before = static_cast<int>(of.keys.size()) + 1;
    for (std::size_t i = 0; i < of.figures.size(); ++i) {
      const Oid type = expected_type(of.figures[i]);
      bool is_null = false;
      const Datum value = found.value(0, before + static_cast<int>(i) + 1, is_null);
      const pg::within kept(memory);
      said.push_back({is_null ? Datum(0) : call([=] {
                        std::int16_t length;
                        bool by_value;
                        get_typlenbyval(type, &length, &by_value);
                        return datumCopy(value, by_value, length);
                      }),
                      is_null});
    }
    found.free();
  });
  return said;
}

} // namespace upkeep::rollups
