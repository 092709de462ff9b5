#include "features/history/back/undo_step.hpp"

#include "postgres/values/pinned_settings.hpp"
#include "postgres/values/stored_value.hpp"

#include <map>
#include <set>

namespace upkeep::history {

using pg::call;

namespace {

std::vector<AttrNumber> key_numbers(const past_table &table) {
  std::vector<AttrNumber> numbers;
  for (const kept_column &column : table.plan.columns.key)
    numbers.push_back(column.number);
  return numbers;
}

// The one row with the fields of the other in place of its own.
stored_row replaced(stored_row row, const stored_row &by, const std::vector<AttrNumber> &columns) {
  for (const AttrNumber column : columns)
    if (const JsonbValue *value = by.find(column)) {
      std::erase_if(row.fields, [=](const stored_field &field) { return field.column == column; });
      row.fields.push_back({column, *value});
    }
  return row;
}

bool has_one_of(const stored_row &row, const std::vector<AttrNumber> &columns) {
  return std::ranges::any_of(columns, [&](AttrNumber column) { return row.find(column) != nullptr; });
}

JsonbValue value_now(const past_row &row, const FormData_pg_attribute &column, TupleDesc descriptor) {
  return call([&] {
    bool is_null = false;
    const Datum value = heap_getattr(row.now, column.attnum, descriptor, &is_null);
    pg::stored_value how = pg::stored_value_of(column.atttypid, CurrentMemoryContext);
    pg::jsonb_object object(1);
    object.add("", 0, is_null ? pg::jsonb_null() : pg::store(how, value));
    return pg::fields_of(object.finish()).first->value;
  });
}

// Of each table's foreign keys, and what is referred to.
std::map<Oid, std::set<AttrNumber>> columns_of_references(const std::vector<foreign_key> &keys) {
  std::map<Oid, std::set<AttrNumber>> columns;
  for (const foreign_key &key : keys) {
    columns[key.child].insert(key.columns.begin(), key.columns.end());
    columns[key.parent].insert(key.keys.begin(), key.keys.end());
  }
  return columns;
}

// From the row that there is now, through what newer steps have changed.
void fill_beside(std::vector<undo_step> &steps, const std::vector<foreign_key> &keys) {
  std::map<Oid, std::set<AttrNumber>> columns = columns_of_references(keys);
  std::map<std::pair<const past_row *, AttrNumber>, JsonbValue> then;
  for (undo_step &step : steps) {
    TupleDesc descriptor = RelationGetDescr(step.table->relation);
    for (const AttrNumber column : columns[RelationGetRelid(step.table->relation)]) {
      const auto known = then.find({step.row, column});
      if (const JsonbValue *before = step.before.find(column))
        then.insert_or_assign({step.row, column}, *before);
      else if (step.what == action::update && !step.key.find(column) && (known != then.end() || step.row->now))
        step.beside.fields.push_back(
            {column, known != then.end() ? known->second
                                         : value_now(*step.row, *TupleDescAttr(descriptor, column - 1), descriptor)});
    }
  }
}

// A reference of a child that changed as the key did which it refers to.
void leave_to_cascade(undo_step &step, const foreign_key &key) {
  step.key = replaced(step.key, step.before, key.columns);
  std::erase_if(step.columns, [&](AttrNumber column) { return std::ranges::count(key.columns, column) > 0; });
}

void leave_to_cascade(std::vector<undo_step> &steps, const foreign_key &key) {
  std::set<std::pair<std::optional<std::string>, std::optional<std::string>>> changes;
  for (const undo_step &step : steps)
    if (step.what == action::update && RelationGetRelid(step.table->relation) == key.parent)
      if (const auto before = step.tuple_before(key.keys), after = step.tuple_after(key.keys); before && after)
        changes.emplace(before, after);
  for (undo_step &step : steps)
    if (step.what == action::update && RelationGetRelid(step.table->relation) == key.child &&
        changes.contains({step.tuple_before(key.columns), step.tuple_after(key.columns)}))
      leave_to_cascade(step, key);
}

} // namespace

std::vector<std::string> undo_step::keys() const {
  const std::vector<AttrNumber> numbers = key_numbers(*table);
  std::vector<std::string> texts;
  if (const auto text = key.tuple(numbers))
    texts.push_back(*text);
  if (const auto text = tuple_before(numbers); text && what == action::update)
    texts.push_back(*text);
  return texts;
}

stored_row undo_step::unchanged() const {
  stored_row row = key;
  row.fields.insert(row.fields.end(), beside.fields.begin(), beside.fields.end());
  return row;
}

std::optional<std::string> undo_step::tuple_before(const std::vector<AttrNumber> &columns) const {
  return has_one_of(before, columns) ? replaced(unchanged(), before, columns).tuple(columns) : std::nullopt;
}

std::optional<std::string> undo_step::tuple_after(const std::vector<AttrNumber> &columns) const {
  return has_one_of(after, columns) ? replaced(unchanged(), after, columns).tuple(columns) : std::nullopt;
}

void leave_to_cascades(std::vector<undo_step> &steps) {
  std::set<Oid> tables;
  for (const undo_step &step : steps)
    tables.insert(RelationGetRelid(step.table->relation));
  const std::vector<foreign_key> keys = foreign_keys_among({tables.begin(), tables.end()});
  pg::with_pinned_settings([&] { fill_beside(steps, keys); });
  for (const foreign_key &key : keys)
    if (key.follows)
      leave_to_cascade(steps, key);
}

std::uint64_t count_rows(const std::vector<undo_step> &steps) {
  std::set<const past_row *> rows;
  std::map<std::pair<const past_table *, std::string>, action> last;
  std::uint64_t back = 0;
  for (auto step = steps.rbegin(); step != steps.rend(); ++step) {
    rows.insert(step->row);
    for (const std::string &key : step->keys()) {
      const auto [place, is_new] = last.try_emplace({step->table, key}, step->what);
      if (!is_new && std::exchange(place->second, step->what) == action::remove && step->what == action::insert)
        ++back;
    }
  }
  return rows.size() - back;
}

} // namespace upkeep::history
