#include "features/soft_delete/followed_row.hpp"

#include "features/soft_delete/refusals.hpp"
#include "postgres/as_user.hpp"
#include "postgres/executor/marked_statement.hpp"
#include "postgres/latest_snapshot.hpp"
#include "postgres/rows/key_set.hpp"
#include "postgres/sql/query.hpp"

#include <algorithm>

namespace upkeep::soft_delete {

using pg::call;

namespace {

// With the rights that the actions of foreign keys have.
template <class F> void as_owner(Oid owner, F &&body) { pg::as_user(owner, SECURITY_NOFORCE_RLS, body); }

// What that does not see, nothing may write: 40001.
Snapshot own() {
  return IsolationUsesXactSnapshot() ? call([] { return GetTransactionSnapshot(); }) : InvalidSnapshot;
}

void write(Oid owner, const pg::saved_query &statement, std::span<const Datum> values) {
  as_owner(owner, [&] {
    const pg::marked_statement marked(pg::own_statement::cascade);
    statement.execute(values, pg::latest_snapshot(), own());
  });
}

bool finds(Oid owner, const pg::saved_query &query, std::span<const Datum> values) {
  bool found = false;
  as_owner(owner, [&] { found = query.execute(values, pg::latest_snapshot()).count() > 0; });
  return found;
}

std::vector<Datum> with(std::vector<Datum> values, Datum stamp) {
  values.push_back(stamp);
  return values;
}

row_values read_row(const pg::rows &found, std::uint64_t row, int first_column, std::size_t count) {
  row_values result;
  for (std::size_t i = 0; i < count; ++i) {
    bool is_null = false;
    result.values.push_back(found.value(row, first_column + static_cast<int>(i), is_null));
    result.nulls.push_back(is_null);
  }
  return result;
}

bool unlinks(const soft_delete_plan &plan, const child_link &link) {
  return plan.cascades &&
         (link.key.on_delete == FKCONSTR_ACTION_SETNULL || link.key.on_delete == FKCONSTR_ACTION_SETDEFAULT);
}

// Live children of the others are in the way, and so are those whose default is the row itself.
bool is_in_the_way(const soft_delete_plan &plan, const child_link &link) {
  return !link.follows && !(plan.cascades && link.key.on_delete == FKCONSTR_ACTION_SETNULL);
}

// Those that the statement has deleted itself, with the stamp that it gave for the row too.
void restamp_children(const soft_delete_plan &plan, const row_values &row, Datum given) {
  for (const auto &link : plan.children) {
    const auto values = row.at(link->places);
    if (!values || !link->follows || link->key_attributes.empty())
      continue;
    std::vector<std::vector<Datum>> keys;
    as_owner(link->owner, [&] {
      pg::rows lived = link->lived.read(*values);
      for (std::uint64_t i = 0; i < lived.count(); ++i) {
        std::vector<Datum> &key = keys.emplace_back(with(with(*values, *row.stamp()), given));
        for (std::size_t column = 0; column < link->key_attributes.size(); ++column) {
          bool is_null = false;
          const FormData_pg_attribute &type = link->key_attributes[column];
          const Datum value = lived.value(i, static_cast<int>(column) + 1, is_null);
          key.push_back(call([&] { return datumCopy(value, type.attbyval, type.attlen); }));
        }
      }
      lived.free();
    });
    for (const std::vector<Datum> &key : keys)
      write(link->owner, link->restamp, key);
  }
}

void restore_children(const soft_delete_plan &plan, const row_values &row, Datum stamp) {
  for (const auto &link : plan.children)
    if (const auto values = row.at(link->places); values && link->follows)
      write(link->owner, link->restore, with(*values, stamp));
}

// Nothing where the row is not what it was to become.
std::optional<row_values> find(const written_row &row) {
  std::optional<row_values> result;
  as_owner(row.plan->owner, [&] {
    const pg::rows found = row.plan->row->execute(row.key);
    if (found.count() > 0)
      result = read_row(found, 0, 1, row.plan->row_columns.size());
  });
  return result && result->stamp().has_value() == (row.event == row_event::deleted) ? result : std::nullopt;
}

} // namespace

std::optional<std::vector<Datum>> row_values::at(const key_places &places) const {
  std::vector<Datum> result;
  for (const int place : places) {
    if (nulls[place - 1])
      return std::nullopt;
    result.push_back(values[place - 1]);
  }
  return result;
}

row_values values_of(HeapTuple row, TupleDesc descriptor, const soft_delete_plan &plan) {
  row_values result;
  for (const AttrNumber column : plan.row_columns) {
    bool is_null = false;
    result.values.push_back(call([&] { return heap_getattr(row, column, descriptor, &is_null); }));
    result.nulls.push_back(is_null);
  }
  return result;
}

void take_children_along(const written_row &row) {
  if (row.event == row_event::moved || row.plan->children.empty())
    return;
  const std::optional<row_values> found = find(row);
  if (!found)
    return;
  if (row.event == row_event::restored)
    return restore_children(*row.plan, *found, *row.old_stamp);
  if (row.old_stamp)
    restamp_children(*row.plan, *found, *row.old_stamp);
  delete_children(*row.plan, *found);
}

bool needs_verification(const soft_delete_plan &plan, row_event event) {
  return event == row_event::deleted
             ? std::ranges::any_of(plan.children, [&](const auto &link) { return is_in_the_way(plan, *link); })
             : !plan.parents.empty();
}

bool live_parents::add(const parent_link &link, const soft_delete_plan &plan, const row_values &row) {
  const parent_link *address = &link;
  std::string image(reinterpret_cast<const char *>(&address), sizeof address);
  for (const int place : link.places)
    pg::append_image(plan.row_attributes[place - 1], row.values[place - 1], image);
  return !images.insert(std::move(image)).second;
}

void verify(const written_row &row, live_parents &known, live_children children) {
  const std::optional<row_values> found = find(row);
  if (!found)
    return;
  if (row.event == row_event::deleted)
    require_no_live_children(*row.plan, *found, children);
  else if (const parent_link *link = deleted_parent(*row.plan, *found, known))
    refuse_deleted_parent(*row.plan, *link, *found->at(link->places));
}

const parent_link *deleted_parent(const soft_delete_plan &plan, const row_values &row, live_parents &known) {
  for (const auto &link : plan.parents) {
    const auto values = row.at(link->places);
    if (!values || known.add(*link, plan, row))
      continue;
    bool is_deleted = false;
    as_owner(link->owner, [&] {
      const pg::rows found = link->lock.execute(*values, pg::latest_snapshot());
      bool is_null = false;
      is_deleted = found.count() > 0 && DatumGetBool(found.value(0, 1, is_null));
    });
    if (is_deleted)
      return link.get();
  }
  return nullptr;
}

void delete_children(const soft_delete_plan &plan, const row_values &row) {
  for (const auto &link : plan.children)
    if (const auto values = row.at(link->places)) {
      if (link->follows)
        write(link->owner, link->stamp, with(*values, *row.stamp()));
      else if (unlinks(plan, *link))
        write(link->owner, link->unlink, *values);
    }
}

void require_no_live_children(const soft_delete_plan &plan, const row_values &row, live_children children) {
  for (const auto &link : plan.children)
    if (const auto values = row.at(link->places); values &&
                                                  (children == live_children::all || is_in_the_way(plan, *link)) &&
                                                  finds(link->owner, link->live, *values))
      refuse_live_child(plan, *link, *values);
}

} // namespace upkeep::soft_delete
