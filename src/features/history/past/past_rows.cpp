#include "features/history/past/past_rows.hpp"

#include "features/history/past/read_value.hpp"

#include "postgres/values/sameness.hpp"

#include <algorithm>

namespace upkeep::history {

using pg::call;

namespace {

// What an entry says. The documents are copied to where the walk keeps them; what lists their fields goes with the
// entry.
struct kept_entry {
  pg::jsonb_fields key, before, after;
};

kept_entry keep_entry(const past_entry &entry, MemoryContext memory) {
  const auto keep = [=](Jsonb *json) {
    return json ? static_cast<Jsonb *>(std::memcpy(MemoryContextAlloc(memory, VARSIZE(json)), json, VARSIZE(json)))
                : nullptr;
  };
  pg::jsonb_fields key = pg::integer_field(entry.key);
  if (key.count == 0)
    key = pg::fields_of(DatumGetJsonbP(pg::jsonb_from(entry.key)));
  return {key, pg::fields_of(keep(entry.before)), pg::fields_of(keep(entry.after))};
}

// How many rows a TRUNCATE took.
std::int64_t rows_taken(const past_entry &entry) {
  return call([&] {
    const pg::jsonb_field *rows = pg::fields_of(entry.after).find("rows");
    return rows && rows->value.type == jbvNumeric
               ? DatumGetInt64(DirectFunctionCall1(numeric_int8, NumericGetDatum(rows->value.val.numeric)))
               : INT64_MAX;
  });
}

} // namespace

past_value &past_row::value_of(AttrNumber column) {
  for (past_value &each : values)
    if (each.column == column)
      return each;
  return values.emplace_back(past_value{column, false, false, {}, {}});
}

void past_rows::contradicted(const past_entry &entry) const {
  throw fault{.sqlstate = sqlstate::object_not_in_prerequisite_state,
              .message = fmt::format("the history of row {} of \"{}\" has gaps", entry.key,
                                     RelationGetRelationName(table.relation)),
              .hint = "Its rows were written while history was paused or disabled, or changed by ALTER TABLE: what "
                      "they were is not "
                      "known."};
}

void past_rows::know_key(const pg::jsonb_fields &fields) {
  std::vector<AttrNumber> numbers;
  for (const pg::jsonb_field &each : fields)
    numbers.push_back(names.find(each.name));
  std::ranges::sort(numbers);
  if (numbers == key_numbers)
    return;
  if (!key_numbers.empty() || numbers.empty() || numbers.front() == InvalidAttrNumber)
    throw fault{.sqlstate = sqlstate::object_not_in_prerequisite_state,
                .message = fmt::format("rows of \"{}\" were known by other columns then",
                                       RelationGetRelationName(table.relation)),
                .hint = "Read upkeep.history, which has what was written under each key."};
  key_numbers = std::move(numbers);
  key = std::make_unique<pg::key_column[]>(key_numbers.size());
  for (std::size_t i = 0; i < key_numbers.size(); ++i) {
    pg::key_column &column = key[i];
    const FormData_pg_attribute &attribute = *TupleDescAttr(RelationGetDescr(table.relation), key_numbers[i] - 1);
    call([&] { column = pg::key_column_of(attribute, memory); });
  }
}

// `replaced`: values that stand for those of the key.
const Datum *past_rows::read_key(const past_entry &entry, const pg::jsonb_fields &fields,
                                 const pg::jsonb_fields *replaced) const {
  const std::size_t count = key_numbers.size();
  auto *read = static_cast<Datum *>(call([=] { return palloc(sizeof(Datum) * count); }));
  for (const pg::jsonb_field &each : fields) {
    const auto place = std::ranges::find(key_numbers, names.find(each.name)) - key_numbers.begin();
    const AttrNumber column = key_numbers[static_cast<std::size_t>(place)];
    const pg::jsonb_field *other = replaced ? replaced->find(each.name) : nullptr;
    read[place] = call([&] { return read_value(table, column, entry.key, other ? other->value : each.value); });
  }
  return read;
}

past_row *past_rows::find(const row_index &among, std::uint32_t hash, const Datum *of) const {
  const int count = static_cast<int>(key_numbers.size());
  for (past_row *row = among.first(hash); row; row = row->next)
    if (row->hash == hash && call([=, this] { return pg::is_same_key(key.get(), count, row->key, of); }))
      return row;
  return nullptr;
}

past_row &past_rows::deleted_row(const past_entry &entry, std::uint32_t hash, const Datum *of) {
  if (find(open, hash, of))
    contradicted(entry);
  if (past_row *back = of_row == lives::one ? find(came, hash, of) : nullptr) {
    came.remove(*back);
    open.add(*back);
    back->existed = true;
    return *back;
  }
  past_row &row = row_of(entry, hash, of);
  row.is_there = false;
  return row;
}

past_row &past_rows::row_of(const past_entry &entry, std::uint32_t hash, const Datum *of) {
  if (past_row *found = find(open, hash, of))
    return *found;
  past_row &row = rows.emplace_back(past_row{call([&] { return pstrdup(entry.key); }), of, hash, of, hash, entry.id});
  open.add(row);
  return row;
}

void past_rows::merge(past_row &row, const pg::jsonb_fields &before, const pg::jsonb_fields &after) {
  for (const pg::jsonb_field &each : after)
    if (const AttrNumber column = names.find(each.name); column != InvalidAttrNumber)
      if (past_value &value = row.value_of(column); !value.has_now && !value.has_past) {
        value.has_now = true;
        value.now = each.value;
      }
  for (const pg::jsonb_field &each : before)
    if (const AttrNumber column = names.find(each.name); column != InvalidAttrNumber) {
      past_value &value = row.value_of(column);
      value.has_past = true;
      value.past = each.value;
    }
}

bool past_rows::touches_key(const pg::jsonb_fields &before) const {
  return std::ranges::any_of(
      before, [&](const pg::jsonb_field &each) { return std::ranges::count(key_numbers, names.find(each.name)) > 0; });
}

void past_rows::end_statement() {
  for (past_row *row : moved)
    open.add(*row);
  moved.clear();
  deleted = 0;
}

past_row &past_rows::change(const past_entry &entry) {
  const kept_entry kept = call([&] { return keep_entry(entry, memory); });
  const pg::within here(memory);
  know_key(kept.key);
  const Datum *now = read_key(entry, kept.key, nullptr);
  const int count = static_cast<int>(key_numbers.size());
  const std::uint32_t hash = call([&] { return pg::hash_of_key(key.get(), count, now); });
  if (entry.what == action::remove) {
    past_row &row = deleted_row(entry, hash, now);
    merge(row, kept.before, {});
    return row;
  }
  past_row &row = row_of(entry, hash, now);
  merge(row, kept.before, kept.after);
  if (entry.what == action::insert) {
    row.existed = false;
    open.remove(row);
    if (of_row == lives::one)
      came.add(row);
  } else if (touches_key(kept.before)) {
    open.remove(row);
    row.key = read_key(entry, kept.key, &kept.before);
    row.hash = call([&] { return pg::hash_of_key(key.get(), count, row.key); });
    moved.push_back(&row);
  }
  return row;
}

past_row *past_rows::go_back(const past_entry &entry) {
  if (entry.transaction != transaction || entry.at != at)
    end_statement();
  deleted += entry.what == action::remove;
  transaction = entry.transaction;
  at = entry.at;
  switch (entry.what) {
  case action::insert:
  case action::update:
  case action::remove:
    return &change(entry);
  case action::rename:
    names.go_back(entry);
    break;
  case action::truncate:
    if (rows_taken(entry) > deleted)
      throw fault{.sqlstate = sqlstate::object_not_in_prerequisite_state,
                  .message = fmt::format("table \"{}\" was truncated without its rows being kept",
                                         RelationGetRelationName(table.relation)),
                  .detail = fmt::format("It was truncated at {}.",
                                        pg::string_from([&] { return timestamptz_to_str(entry.at); })),
                  .hint = "What it held then is in backups only."};
    break;
  case action::erase:
  case action::correct:
    break;
  }
  return nullptr;
}

std::uint32_t past_rows::read_key(TupleTableSlot *row, Datum *into) const {
  const int count = static_cast<int>(key_numbers.size());
  bool is_null = false;
  for (int i = 0; i < count; ++i)
    into[i] = slot_getattr(row, key_numbers[static_cast<std::size_t>(i)], &is_null);
  return pg::hash_of_key(key.get(), count, into);
}

void past_rows::index() {
  by_key_now.prepare(rows.size());
  for (past_row &row : rows)
    by_key_now.add(row.hash_now, row);
}

past_row *past_rows::find_now(std::uint32_t hash, const Datum *of) const {
  past_row *found = nullptr;
  const int count = static_cast<int>(key_numbers.size());
  by_key_now.find(hash, [&](past_row &row) {
    if (!pg::is_same_key(key.get(), count, row.key_now, of))
      return false;
    found = &row;
    return row.is_there; // else one may have come back
  });
  return found;
}

past_row *past_rows::find_then(std::uint32_t hash, const Datum *of) {
  end_statement();
  return find(open, hash, of);
}

bool past_rows::has_key_now(const past_row &row, const Datum *of) const {
  const int count = static_cast<int>(key_numbers.size());
  return row.is_there && call([&] { return pg::is_same_key(key.get(), count, row.key_now, of); });
}

void past_rows::find_rows(const std::vector<HeapTuple> &now) {
  TupleDesc descriptor = RelationGetDescr(table.relation);
  std::vector<Datum> values(key_numbers.size());
  for (HeapTuple row : now) {
    const std::uint32_t hash = call([&] {
      bool is_null = false;
      for (std::size_t i = 0; i < key_numbers.size(); ++i)
        values[i] = heap_getattr(row, key_numbers[i], descriptor, &is_null);
      return pg::hash_of_key(key.get(), static_cast<int>(key_numbers.size()), values.data());
    });
    if (past_row *known = call([&] { return find_now(hash, values.data()); }))
      known->now = row;
  }
}

} // namespace upkeep::history
