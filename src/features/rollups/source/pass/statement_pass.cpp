#include "features/rollups/source/pass/statement_pass.hpp"

#include "postgres/executor/marked_statement.hpp"
#include "postgres/latest_snapshot.hpp"
#include "postgres/memory.hpp"

#include <algorithm>

namespace upkeep::rollups {

using pg::call;

namespace {

bool has_null(const key_value &key, std::size_t count) {
  return std::any_of(key.nulls, key.nulls + count, [](bool is_null) { return is_null; });
}

// `value(i)`: of the row i.
template <class Value> pg::parameter array_of(const pg::column_info &column, std::size_t count, Value &&value) {
  std::vector<Datum> values;
  std::unique_ptr<bool[]> nulls(new bool[count]);
  values.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    const NullableDatum each = value(i);
    values.push_back(each.value);
    nulls[i] = each.isnull;
  }
  return call([&, all = values.data(), absent = nulls.get()] {
    std::int16_t length;
    bool by_value;
    char align;
    get_typlenbyvalalign(column.type, &length, &by_value, &align);
    int size = static_cast<int>(count), first = 1;
    return pg::parameter{
        get_array_type(column.type),
        PointerGetDatum(construct_md_array(all, absent, 1, &size, &first, column.type, length, by_value, align))};
  });
}

} // namespace

bool statement_pass::write(const group_change &change, bool anew) {
  const pg::within kept(memory);
  if (!finder.lock(change.key, next))
    return false;
  locked.push_back({&change, anew});
  if (!is_stale)
    prepare(locked.back());
  return true;
}

void statement_pass::after_insert() {
  finder.look_anew();
  is_stale = true;
  computed.clear();
}

// The row's stored figures were read.
void statement_pass::prepare(const locked_group &group) {
  compute(*group.change, group.anew || is_computed(*group.change));
  if (!next.any_differs())
    return;
  note_written(*group.change);
  std::vector<NullableDatum> figures;
  for (std::size_t i = 0; i < next.figures.size(); ++i) {
    const pg::column_info &column = of.figures[i].column;
    NullableDatum value = next.figures[i].next;
    if (!value.isnull)
      value.value = call([&] { return datumCopy(value.value, column.by_value, column.length); });
    figures.push_back(value);
  }
  computed.push_back({group.change->key, std::move(figures)});
}

void statement_pass::write_one(const computed_group &group) const {
  plan.update.execute(group.key, group.figures, pg::latest_snapshot());
}

void statement_pass::write_many() const {
  std::vector<pg::parameter> parameters;
  for (std::size_t i = 0; i < of.keys.size(); ++i)
    parameters.push_back(array_of(of.keys[i].column, computed.size(), [&](std::size_t row) {
      return NullableDatum{computed[row].key.values[i], false};
    }));
  for (std::size_t i = 0; i < of.figures.size(); ++i)
    parameters.push_back(
        array_of(of.figures[i].column, computed.size(), [&](std::size_t row) { return computed[row].figures[i]; }));
  plan.update_many->execute(parameters, pg::latest_snapshot());
}

void statement_pass::finish() {
  const pg::within kept(memory);
  for (const locked_group &each : locked)
    if (is_stale && finder.lock(each.change->key, next))
      prepare(each);
  if (computed.empty())
    return;
  const pg::marked_statement marked(pg::own_statement::rollup);
  const bool at_once =
      computed.size() > 1 && plan.update_many &&
      std::ranges::none_of(computed, [&](const computed_group &each) { return has_null(each.key, of.keys.size()); });
  if (at_once)
    write_many();
  else
    for (const computed_group &each : computed)
      write_one(each);
}

} // namespace upkeep::rollups
