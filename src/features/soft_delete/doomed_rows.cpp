#include "features/soft_delete/doomed_rows.hpp"

#include "features/soft_delete/soft_delete_plan.hpp"
#include "postgres/as_user.hpp"
#include "postgres/executor/marked_statement.hpp"
#include "postgres/sql/key_equality.hpp"

#include <algorithm>

namespace upkeep::soft_delete {

using pg::call;
using pg::fragment;
using pg::sql;

namespace {

// For somebody else, nothing of what the owner left on the table may be left to run as the caller.
template <class F> void as_restricted_owner(Oid owner, F &&body) {
  const bool is_self = call([=] { return GetUserId() == owner; });
  const int level = call([] { return NewGUCNestLevel(); });
  pg::as_user(owner, SECURITY_NOFORCE_RLS | (is_self ? 0 : SECURITY_RESTRICTED_OPERATION), body);
  call([=] { AtEOXact_GUC(false, level); });
}

// In the words of SQL; a timestamp is compared as the session's local time, as it is written.
fragment limit(TimestampTz before, const soft_column &column) {
  const std::string text = pg::string_from(
      [=] { return DatumGetCString(DirectFunctionCall1(timestamptz_out, TimestampTzGetDatum(before))); });
  const fragment value = sql("{text}::pg_catalog.timestamptz", "text"_is = pg::literal{text});
  return column.type.base_type == TIMESTAMPOID ? sql("{value}::pg_catalog.timestamp", "value"_is = value) : value;
}

// What a row tells of itself: where it is, whether it stays, and the values that rows below it are found by.
fragment told(const std::optional<soft_column> &column, TimestampTz before, const std::vector<std::string> &columns) {
  const fragment stays = column ? sql("c.{column} IS NULL OR c.{column} [>=] {limit}",
                                      "column"_is = pg::identifier{column->name}, "limit"_is = limit(before, *column))
                                : sql("true");
  std::vector<fragment> list{sql("c.tableoid"), sql("c.ctid"), stays};
  for (const std::string &each : columns)
    list.push_back(sql("c.{column}", "column"_is = pg::identifier{each}));
  return pg::joined(list);
}

// That `c` is one of the rows whose keys are given, by key_arrays, an array a column.
fragment has_key_of(const std::vector<std::string> &names, const std::vector<FormData_pg_attribute> &types) {
  std::vector<fragment> arrays, columns, conditions;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const pg::key_equality equality = pg::equality_of(types[i].atttypid, types[i].atttypid);
    arrays.push_back(fragment(fmt::format("pg_catalog.unnest(${})", i + 1)));
    columns.push_back(fragment(fmt::format("k{}", i + 1)));
    conditions.push_back(sql("c.{column} {equals} k.{value}", "column"_is = pg::identifier{names[i]},
                             "equals"_is = equality.equals, "value"_is = columns.back()));
  }
  return sql("ROWS FROM ({arrays}) k ({columns}) WHERE {conditions}", "arrays"_is = pg::joined(arrays),
             "columns"_is = pg::joined(columns), "conditions"_is = pg::joined(conditions, " AND "));
}

// `value`: of a row, by its number, and of a column of the key.
template <class F>
std::vector<pg::parameter> key_arrays(std::size_t rows, const std::vector<FormData_pg_attribute> &types, F &&value) {
  std::vector<pg::parameter> arrays;
  for (std::size_t column = 0; column < types.size(); ++column) {
    const FormData_pg_attribute &type = types[column];
    std::vector<Datum> values;
    for (std::size_t row = 0; row < rows; ++row)
      values.push_back(value(row, column));
    arrays.push_back({call([&] { return get_array_type(type.atttypid); }), PointerGetDatum(call([&] {
                        return construct_array(values.data(), static_cast<int>(values.size()), type.atttypid,
                                               type.attlen, type.attbyval, type.attalign);
                      }))});
  }
  return arrays;
}

// The foreign key lets the row go without its children.
bool lets_go(const foreign_key &key) {
  return key.on_delete == FKCONSTR_ACTION_SETNULL || key.on_delete == FKCONSTR_ACTION_SETDEFAULT;
}

} // namespace

doomed_rows::member &doomed_rows::member_of(Oid root) {
  std::unique_ptr<member> &known = members[root];
  if (known)
    return *known;
  call([=] { LockRelationOid(root, RowExclusiveLock); });
  known = std::make_unique<member>(member{root, pg::owner_of(root), soft_column_of(root), 0, {}, {}, {}});
  // What has no soft delete stays, whatever its key.
  if (known->column)
    pg::with_relation(root, [&](Relation relation) { known->columns = require_primary_key(relation); });
  known->key_length = known->columns.size();
  for (foreign_key &key : keys_to({root})) {
    if (lets_go(key))
      continue;
    std::vector<int> places;
    for (const std::string &column : key.parent_columns) {
      auto found = std::ranges::find(known->columns, column);
      if (found == known->columns.end())
        found = known->columns.insert(found, column);
      places.push_back(static_cast<int>(found - known->columns.begin()));
    }
    known->keys.push_back({std::move(key), std::move(places), nullptr});
  }
  pg::with_relation(root, [&](Relation relation) {
    for (const std::string &column : known->columns)
      known->attributes.push_back(
          *TupleDescAttr(RelationGetDescr(relation), pg::require_column(relation, column, "enable_soft_delete") - 1));
  });
  return *known;
}

std::vector<doomed_rows::row> doomed_rows::read(const member &of, pg::rows found) const {
  std::vector<row> rows;
  for (std::uint64_t number = 0; number < found.count(); ++number) {
    bool is_null = false;
    row each{{found.oid(number, 1), *reinterpret_cast<ItemPointer>(DatumGetPointer(found.value(number, 2, is_null)))},
             DatumGetBool(found.value(number, 3, is_null)),
             {},
             {}};
    for (std::size_t i = 0; i < of.columns.size(); ++i) {
      const Datum value = found.value(number, 4 + static_cast<int>(i), is_null);
      const FormData_pg_attribute &type = of.attributes[i];
      each.values.push_back(is_null ? Datum(0) : call([&] { return datumCopy(value, type.attbyval, type.attlen); }));
      each.nulls.push_back(is_null);
    }
    rows.push_back(std::move(each));
  }
  found.free();
  return rows;
}

std::vector<doomed_rows::row> doomed_rows::rows_below(const key_below &key, const row &each) {
  std::vector<Datum> values;
  for (const int place : key.places) {
    if (each.nulls[place])
      return {};
    values.push_back(each.values[place]);
  }
  const member &below = member_of(key.key.child);
  if (!key.rows)
    key.rows = std::make_unique<pg::saved_query>(
        sql("SELECT {told} FROM {rows} c WHERE {of_parent} {only_one} FOR UPDATE OF c",
            "told"_is = told(below.column, before, below.columns), "rows"_is = pg::own_rows_of(below.root),
            "of_parent"_is = key.key.finds_children, "only_one"_is = fragment(below.column ? "" : "LIMIT 1")),
        key.key.parent_types, pg::access::by_index);
  std::vector<row> rows;
  as_restricted_owner(below.owner, [&] { rows = read(below, key.rows->execute(values)); });
  return rows;
}

doomed_rows::place_key doomed_rows::key_of(const row_place &place) {
  return {place.table, ItemPointerGetBlockNumber(&place.at), ItemPointerGetOffsetNumber(&place.at)};
}

bool doomed_rows::collect(member &of, row first, subtree &into) {
  into.heights.emplace(key_of(first.place), 0);
  std::vector<step> way;
  way.push_back({&of, std::move(first)});
  while (!way.empty()) {
    call([] { CHECK_FOR_INTERRUPTS(); });
    step &last = way.back();
    if (!last.below.empty()) {
      row below = std::move(last.below.back());
      last.below.pop_back();
      const place_key at = key_of(below.place);
      if (below.stays || staying.contains(at)) {
        for (const step &above : way)
          staying.insert(key_of(above.at.place));
        return false;
      }
      if (const auto doomed_before = known.find(at); doomed_before != known.end()) {
        last.height = std::max(last.height, doomed_before->second + 1);
        continue;
      }
      // It may have been met before, and may be above itself.
      const auto [met, is_new] = into.heights.emplace(at, 0);
      if (is_new)
        way.push_back({last.below_of, std::move(below)});
      else
        last.height = std::max(last.height, met->second + 1);
    } else if (last.next_key < last.of->keys.size()) {
      const key_below &key = last.of->keys[last.next_key++];
      last.below = rows_below(key, last.at);
      last.below_of = &member_of(key.key.child);
    } else {
      const int height = last.height;
      into.heights[key_of(last.at.place)] = height;
      last.at.values.resize(last.of->key_length);
      into.rows.push_back({last.of, last.at.place, std::move(last.at.values)});
      way.pop_back();
      if (!way.empty())
        way.back().height = std::max(way.back().height, height + 1);
    }
  }
  return true;
}

void doomed_rows::doom(subtree all) {
  for (doomed_row &row : all.rows) {
    const int height = all.heights.at(key_of(row.place));
    if (known.emplace(key_of(row.place), height).second)
      doomed[row.of][height].push_back(std::move(row.key));
  }
}

void doomed_rows::add(Oid root, const pg::rows &keys, std::uint64_t first, std::uint64_t number) {
  target = root;
  member &of = member_of(root);
  const std::vector<pg::parameter> arrays =
      key_arrays(number, of.key_attributes(), [&](std::size_t row, std::size_t column) {
        bool is_null = false;
        return keys.value(first + row, static_cast<int>(column) + 1, is_null);
      });
  std::vector<row> found;
  as_restricted_owner(of.owner, [&] {
    found = read(of, pg::execute(sql("SELECT {told} FROM {rows} c, {those_rows} FOR UPDATE OF c",
                                     "told"_is = told(of.column, before, of.columns), "rows"_is = pg::own_rows_of(root),
                                     "those_rows"_is = has_key_of(of.key_columns(), of.key_attributes())),
                                 arrays));
  });
  for (row &each : found) {
    subtree all;
    if (each.stays || known.contains(key_of(each.place)))
      continue;
    if (staying.contains(key_of(each.place)))
      ++count.needed;
    else if (collect(of, std::move(each), all))
      doom(std::move(all));
    else
      ++count.needed;
  }
}

std::optional<int> doomed_rows::rank_of(const member &of, std::vector<const member *> &path) const {
  if (std::ranges::count(path, &of) > 0)
    return std::nullopt;
  path.push_back(&of);
  int rank = 0;
  for (const key_below &key : of.keys) {
    const auto below = members.find(key.key.child);
    if (below == members.end() || below->second.get() == &of)
      continue;
    const std::optional<int> lower = rank_of(*below->second, path);
    if (!lower)
      return std::nullopt;
    rank = std::max(rank, *lower + 1);
  }
  path.pop_back();
  return rank;
}

std::vector<std::pair<const doomed_rows::member *, std::vector<doomed_rows::row_key>>> doomed_rows::in_order() const {
  bool is_ranked = true;
  std::map<const member *, int> ranks;
  for (const auto &[of, rows] : doomed) {
    std::vector<const member *> path;
    const std::optional<int> rank = rank_of(*of, path);
    is_ranked &= rank.has_value();
    ranks[of] = rank.value_or(0);
  }
  // A table at once, whose rows may refer to each other in a circle; else by the heights of the rows.
  std::map<std::pair<int, const member *>, std::vector<row_key>> steps;
  for (const auto &[of, by_height] : doomed)
    for (const auto &[height, rows] : by_height) {
      std::vector<row_key> &step = steps[{is_ranked ? ranks[of] : height, of}];
      step.insert(step.end(), rows.begin(), rows.end());
    }
  std::vector<std::pair<const member *, std::vector<row_key>>> result;
  for (auto &[at, rows] : steps)
    result.emplace_back(at.second, std::move(rows));
  return result;
}

// By its key: what is deleted below a row may change that, and so move it.
void doomed_rows::purge() {
  const auto steps = in_order();
  std::vector<std::size_t> short_steps;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const auto &[of, keys] = steps[i];
    const fragment rows = sql("DELETE FROM {rows} c USING", "rows"_is = pg::own_rows_of(of->root));
    if (run(rows, *of, keys) < keys.size())
      short_steps.push_back(i);
    (of->root == target ? count.of_target : count.of_others) += keys.size();
  }
  // Rows that refer to each other in a circle may have gone with one another.
  for (const std::size_t i : short_steps) {
    const auto &[of, keys] = steps[i];
    if (run(sql("SELECT FROM {rows} c,", "rows"_is = pg::own_rows_of(of->root)), *of, keys) > 0)
      throw fault{.sqlstate = sqlstate::object_not_in_prerequisite_state,
                  .message =
                      fmt::format("rows of \"{}\" are still there after they were purged", pg::table_name(of->root)),
                  .detail = "A trigger keeps them.",
                  .hint = "See which triggers of the table fire for DELETE."};
  }
}

std::uint64_t doomed_rows::run(const fragment &rows, const member &of, const std::vector<row_key> &keys) const {
  const auto arrays = key_arrays(keys.size(), of.key_attributes(),
                                 [&](std::size_t row, std::size_t column) { return keys[row][column]; });
  std::uint64_t count = 0;
  as_restricted_owner(of.owner, [&] {
    const pg::marked_statement marked(pg::own_statement::purge);
    pg::execute(sql("{rows} {with_key} AND c.{column} [<] {limit}", "rows"_is = rows,
                    "with_key"_is = has_key_of(of.key_columns(), of.key_attributes()),
                    "column"_is = pg::identifier{of.column->name}, "limit"_is = limit(before, *of.column)),
                arrays);
    count = SPI_processed;
  });
  return count;
}

} // namespace upkeep::soft_delete
