// The settings of a row, read as their owner reads them and locked, so that a write in flight and a change of the
// settings cannot both miss each other.
#include "features/metrics/settings_reader.hpp"

#include "postgres/as_user.hpp"
#include "postgres/rows/key_set.hpp"
#include "postgres/sql/query.hpp"
#include "postgres/tenant_lock.hpp"

#include <cstring>

namespace upkeep::metrics {

using pg::call;

std::uint64_t settings_generation = 0;

namespace {

constexpr std::size_t max_known = 65536;

void append_image(std::string &image, const key_column &column, Datum value) {
  if (column.by_value) {
    image.append(reinterpret_cast<const char *>(&value), sizeof value);
    return;
  }
  if (column.length > 0) {
    image.append(DatumGetPointer(value), static_cast<std::size_t>(column.length));
    return;
  }
  const varlena *text = call([=] { return PG_DETOAST_DATUM_PACKED(value); });
  image.append(VARDATA_ANY(text), VARSIZE_ANY_EXHDR(text));
}

[[noreturn]] void stale_snapshot(const metrics_plan &plan) {
  throw fault{
      .sqlstate = sqlstate::serialization_failure,
      .message = fmt::format(
          "could not serialize access: the settings of \"{}\" have changed since this transaction began", plan.table),
      .hint = "Repeat the transaction."};
}

bool same_settings(const std::optional<settings_row> &a, const std::optional<settings_row> &b) {
  if (!a || !b)
    return !a && !b;
  for (std::size_t i = 0; i < a->values.size(); ++i)
    if (to_text(a->values[i]) != to_text(b->values[i]))
      return false;
  return true;
}

} // namespace

void settings_reader::forget() {
  known.clear();
  shortcuts.clear();
  latest = nullptr;
  generation = settings_generation;
}

// nullptr where the key is not passed by value, or nothing is gained.
settings_reader::shortcut *settings_reader::shortcut_of(Datum key, Datum date) {
  if (shortcuts.empty())
    return nullptr;
  constexpr std::uint64_t golden = 0x9E3779B97F4A7C15;
  return &shortcuts[(key * golden ^ date * (golden << 1 | 1)) >> 54];
}

const settings_row &settings_reader::of(Datum key, bool key_is_null, Datum date, bool date_is_null, bool will_follow) {
  const settings_source &source = *plan.settings;
  if (generation != settings_generation || known.size() >= max_known)
    forget();
  const bool is_known_unknown = key_is_null || (source.from.number && date_is_null);
  shortcut *near = is_known_unknown ? nullptr : shortcut_of(key, date);
  const auto serves = [=](const settings_row &row) { return row.is_locked || will_follow; };
  if (near && near->row && near->key == key && near->date == date && serves(*near->row))
    return *near->row;
  image.clear();
  if (!is_known_unknown)
    make_image(key, date);
  if (latest && serves(*latest) && image == latest_image)
    return *latest;
  auto found = known.find(image);
  if (found == known.end() || !serves(found->second)) {
    settings_row row = is_known_unknown ? settings_row{std::vector(source.columns.size(), decimal::null()), {}, true}
                                        : read(key, date, !will_follow);
    for (std::size_t i = 0; i < row.values.size(); ++i)
      require_fraction(plan, i, row.values[i]);
    found = known.insert_or_assign(image, std::move(row)).first;
    // A statement of one row has no use for them.
    if (known.size() == 2 && source.row_key.by_value && (!source.from.number || source.row_date.by_value))
      shortcuts.resize(1024);
  }
  latest = &found->second;
  latest_image = image;
  if (near)
    *near = {key, date, latest};
  return *latest;
}

// Never empty, as that of a NULL is.
void settings_reader::make_image(Datum key, Datum date) {
  append_image(image, plan.settings->row_key, key);
  image.push_back('\0');
  if (plan.settings->from.number)
    append_image(image, plan.settings->row_date, date);
}

void settings_reader::lock_missing(Datum key) const {
  const settings_source &source = *plan.settings;
  const int bucket = call([&] { return pg::tenant_bucket(source.key.type, source.key.collation, key); });
  call([&] { pg::lock_tenant(source.root, bucket, ShareLock); });
}

// A transaction that keeps its snapshot still sees a row that another has deleted, beside the one it has written in its
// place.
void settings_reader::refuse_several(std::span<const Datum> values, Snapshot snapshot) const {
  const settings_source &source = *plan.settings;
  if (IsolationUsesXactSnapshot() && snapshot == InvalidSnapshot &&
      source.unlocked->execute(values, call([] { return GetLatestSnapshot(); })).count() < 2)
    stale_snapshot(plan);
  throw fault{.sqlstate = sqlstate::cardinality_violation,
              .message = fmt::format("table \"{}\" has more than one row of settings for one \"{}\"",
                                     pg::table_name(source.table), source.key.name),
              .hint = fmt::format("Keep one of them, and make ({}{}{}) unique.", source.key.name,
                                  source.from.number ? ", " : "", source.from.number ? source.from.name : "")};
}

std::optional<settings_row> settings_reader::query(const pg::saved_query &query, std::span<const Datum> values,
                                                   Snapshot snapshot) const {
  const settings_source &source = *plan.settings;
  const pg::rows found = query.execute(values, snapshot);
  if (found.count() == 0)
    return std::nullopt;
  if (found.count() > 1)
    refuse_several(values, snapshot);
  std::vector<NullableDatum> stored(source.columns.size());
  for (std::size_t i = 0; i < stored.size(); ++i)
    stored[i].value = found.value(0, static_cast<int>(i) + 1, stored[i].isnull);
  return copy(stored);
}

// The values, which do not outlive the query, as the statement keeps them.
settings_row settings_reader::copy(std::span<const NullableDatum> values) const {
  const settings_source &source = *plan.settings;
  settings_row row;
  row.texts.reserve(values.size());
  row.values.reserve(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    decimal number = decimal::null();
    if (!values[i].isnull) {
      const pg::number_kind kind =
          call([&] { return pg::read_number(values[i].value, source.columns[i].type, number); });
      if (kind != pg::number_kind::finite)
        pg::not_finite(kind,
                       fmt::format("column \"{}\" of the settings of \"{}\"", source.columns[i].name, plan.table));
    }
    if (number.text)
      number.text = row.texts.emplace_back(number.text).c_str();
    row.values.push_back(number);
  }
  return row;
}

// The way without a query, where a unique index finds the row.
pg::lookup_result settings_reader::by_key(Datum key, bool locks, std::optional<settings_row> &row) const {
  const settings_source &source = *plan.settings;
  if (!OidIsValid(source.unique.index))
    return pg::lookup_result::unclear;
  constexpr std::size_t max_on_stack = 8;
  NullableDatum some[max_on_stack];
  if (source.numbers.size() > max_on_stack)
    return pg::lookup_result::unclear;
  const pg::lookup_result result = call([&] {
    return pg::read_by_key(source.unique, key, locks, source.numbers.data(), static_cast<int>(source.numbers.size()),
                           some);
  });
  if (result == pg::lookup_result::found)
    row = copy(std::span(some, source.numbers.size()));
  return result;
}

std::optional<settings_row> settings_reader::lock_and_read(Datum key, std::span<const Datum> values) const {
  const settings_source &source = *plan.settings;
  // Another period may begin at any time: with periods no lock on a row is enough.
  if (!source.from.number)
    if (std::optional<settings_row> row = query(*source.locked, values))
      return row;
  lock_missing(key);
  std::optional<settings_row> row = query(*source.locked, values);
  if (IsolationUsesXactSnapshot() &&
      !same_settings(row, query(*source.unlocked, values, call([] { return GetLatestSnapshot(); }))))
    stale_snapshot(plan);
  return row;
}

settings_row settings_reader::read(Datum key, Datum date, bool locks) const {
  const settings_source &source = *plan.settings;
  const Datum both[] = {key, date};
  const std::span<const Datum> values(both, source.from.number ? 2 : 1);
  std::optional<settings_row> row;
  const pg::lookup_result result = by_key(key, locks, row);
  if (result == pg::lookup_result::unclear || (locks && result == pg::lookup_result::absent))
    pg::with_spi([&] {
      pg::as_user(source.owner, SECURITY_NOFORCE_RLS,
                  [&] { row = locks ? lock_and_read(key, values) : query(*source.unlocked, values); });
    });
  if (!row)
    row = settings_row{std::vector(source.columns.size(), decimal::null()), {}};
  row->is_locked = locks;
  return *std::move(row);
}

} // namespace upkeep::metrics
