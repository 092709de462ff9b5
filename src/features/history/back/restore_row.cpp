// upkeep.restore_row: a row that was deleted, with those that went with it.
#include "features/history/back/foreign_keys.hpp"
#include "features/history/back/opened_tables.hpp"
#include "features/history/back/row_statements.hpp"

#include "features/history/past/row_trail.hpp"
#include "features/restored_rows.hpp"
#include "postgres/sql/arguments.hpp"
#include "postgres/values/pinned_settings.hpp"

#include <set>
#include <unordered_map>

namespace upkeep::history {

using pg::call;

namespace {

// The entry of a deletion, and where it was found.
struct deletion {
  std::int64_t id;
  TimestampTz at;
  std::uint64_t transaction;
  std::int32_t cluster;
};

struct deleted_row {
  std::int64_t id;
  std::string key;
  stored_row row;
};

void require_insertable(const past_table &table) {
  const Oid oid = RelationGetRelid(table.relation);
  call([=] {
    if (pg_class_aclcheck(oid, GetUserId(), ACL_INSERT) != ACLCHECK_OK &&
        pg_attribute_aclcheck_all(oid, GetUserId(), ACL_INSERT, ACLMASK_ANY) != ACLCHECK_OK)
      aclcheck_error(ACLCHECK_NO_PRIV, OBJECT_TABLE, get_rel_name(oid));
  });
}

// What to do about the error that waits: the foreign key it is about may be deferred.
// What PostgreSQL calls with an error of its own.
void advise_to_defer(void *) {
  if (geterrcode() == ERRCODE_FOREIGN_KEY_VIOLATION)
    errhint("The rows refer to one another. Run SET CONSTRAINTS ALL DEFERRED in the same transaction first; a foreign "
            "key that is not deferrable has to be made so: ALTER TABLE ... ALTER CONSTRAINT ... DEFERRABLE.");
}

// A row and all that its deletion took away, table by table.
class returning_rows {
public:
  returning_rows(opened_tables &tables, const deletion &of, MemoryContext memory)
      : tables(tables), of(of), memory(memory) {}

  void add(const past_table &table, deleted_row row) {
    if (!seen.insert(row.id).second)
      return;
    std::vector<deleted_row> &rows = found[RelationGetRelid(table.relation)];
    rows.push_back(std::move(row));
    to_follow.push_back({&table, rows.back().row});
  }
  // Follows foreign keys from what was added.
  void add_children();
  // Writes them, parents first; how many rows.
  std::uint64_t insert();

private:
  struct followed_row {
    const past_table *table;
    stored_row row;
  };
  using rows_by_reference = std::unordered_multimap<std::string, const deleted_row *>;

  const std::vector<deleted_row> &deleted_in(const past_table &table);
  const rows_by_reference &referring(const past_table &child, const foreign_key &key);
  std::vector<Oid> parents_first();

  opened_tables &tables;
  const deletion &of;
  MemoryContext memory;
  bool is_circle = false; // tables of it refer to one another
  std::set<std::int64_t> seen;
  std::map<Oid, std::vector<deleted_row>> found;
  std::vector<followed_row> to_follow;
  std::map<Oid, std::vector<deleted_row>> deleted;
  std::map<Oid, std::vector<foreign_key>> keys_to;
  std::map<std::pair<Oid, std::vector<AttrNumber>>, rows_by_reference> references;
};

// What the transaction deleted of a table: of a row that it deleted twice, the last time. Its entries are found by the
// months around the deletion that is known.
const std::vector<deleted_row> &returning_rows::deleted_in(const past_table &table) {
  const auto [place, is_new] = deleted.try_emplace(RelationGetRelid(table.relation));
  if (!is_new)
    return place->second;
  constexpr TimestampTz around = 31 * USECS_PER_DAY;
  const pg::parameter parameters[] = {{INT4OID, Int32GetDatum(table.plan.number)},
                                      {XID8OID, UInt64GetDatum(of.transaction)},
                                      {INT4OID, Int32GetDatum(of.cluster)},
                                      {TIMESTAMPTZOID, TimestampTzGetDatum(of.at - around)},
                                      {TIMESTAMPTZOID, TimestampTzGetDatum(of.at + around)}};
  std::set<std::string> rows;
  const past_names names = names_at(table, of.id);
  each_entry(pg::sql(R"sql(
    WHERE e.table_number [=] $1 AND e.transaction [=] $2 AND e.cluster [=] $3 AND e.at [>=] $4 AND e.at [<=] $5
      AND e.action [=] 'd'::pg_catalog."char"
    ORDER BY e.id DESC
  )sql"),
             parameters, false, [&](const past_entry &entry) {
               if (rows.insert(entry.key).second)
                 place->second.push_back({entry.id, entry.key, stored_row_of(entry.before, names, memory)});
             });
  return place->second;
}

const returning_rows::rows_by_reference &returning_rows::referring(const past_table &child, const foreign_key &key) {
  const auto [place, is_new] = references.try_emplace({key.child, key.columns});
  if (is_new)
    for (const deleted_row &each : deleted_in(child))
      if (const std::optional<std::string> reference = each.row.tuple(key.columns))
        place->second.emplace(*reference, &each);
  return place->second;
}

void returning_rows::add_children() {
  while (!to_follow.empty()) {
    const followed_row parent = std::move(to_follow.back());
    to_follow.pop_back();
    const Oid oid = RelationGetRelid(parent.table->relation);
    const auto [place, is_new] = keys_to.try_emplace(oid);
    if (is_new)
      place->second = foreign_keys_to(oid);
    for (const foreign_key &key : place->second) {
      const past_table *child = key.cascades ? tables.open_if_kept(key.child) : nullptr;
      const std::optional<std::string> referred = child ? parent.row.tuple(key.keys) : std::nullopt;
      if (!referred)
        continue;
      for (auto [each, last] = referring(*child, key).equal_range(*referred); each != last; ++each)
        add(*child, *each->second);
    }
  }
}

// Tables that refer to one another in a circle come last, first those of them whose foreign keys can be deferred.
std::vector<Oid> returning_rows::parents_first() {
  std::vector<Oid> waiting, ordered;
  for (const auto &[table, rows] : found)
    waiting.push_back(table);
  const std::vector<foreign_key> keys = foreign_keys_among(waiting);
  const auto waits = [&](const foreign_key &key, Oid table) {
    return key.child == table && key.parent != table && std::ranges::count(waiting, key.parent) > 0;
  };
  const auto is_ready = [&](Oid table) {
    return std::ranges::none_of(keys, [&](const foreign_key &key) { return waits(key, table); });
  };
  const auto can_be_deferred = [&](Oid table) {
    return std::ranges::none_of(keys, [&](const foreign_key &key) { return waits(key, table) && !key.is_deferrable; });
  };
  while (!waiting.empty()) {
    auto next = std::ranges::find_if(waiting, is_ready);
    if (next == waiting.end()) {
      is_circle = true;
      next = std::ranges::find_if(waiting, can_be_deferred);
    }
    if (next == waiting.end())
      next = waiting.begin();
    ordered.push_back(*next);
    waiting.erase(next);
  }
  return ordered;
}

std::uint64_t returning_rows::insert() {
  struct insertion {
    const past_table *table;
    std::vector<AttrNumber> columns;
    pg::parameter rows;
  };
  std::vector<insertion> insertions;
  std::vector<restored_rows> all;
  pg::with_pinned_settings([&] {
    for (const Oid oid : parents_first()) {
      const past_table &table = tables.open(oid);
      std::map<std::vector<AttrNumber>, std::vector<Datum>> by_columns;
      std::vector<Datum> rows;
      for (const deleted_row &each : found.at(oid)) {
        rows.push_back(row_datum(table, each.row, each.key.c_str()));
        by_columns[known_columns(table, each.row)].push_back(rows.back());
      }
      all.push_back({oid, row_array(table, rows)});
      for (const auto &[columns, some] : by_columns)
        insertions.push_back({&table, columns, row_array(table, some)});
    }
  });
  const restoration running(std::move(all));
  const pg::error_stacks saved;
  ErrorContextCallback in_a_circle{error_context_stack, advise_to_defer, nullptr};
  if (is_circle)
    error_context_stack = &in_a_circle;
  std::uint64_t count = 0;
  for (const insertion &each : insertions)
    count += insert_rows(*each.table, each.columns, each.rows);
  running.finish();
  return count;
}

std::uint64_t restore(Oid oid, Datum key) {
  const MemoryContext memory = CurrentMemoryContext;
  opened_tables tables(memory);
  const past_table &table = tables.open(oid);
  require_insertable(table);
  const given_key given = key_given(table, key);
  std::optional<deletion> last;
  std::optional<returning_rows> rows;
  row_trail(table, given, false).follow([&](const past_entry &entry, const entry_cursor &) {
    if (entry.what != action::remove)
      return true;
    last = deletion{entry.id, entry.at, entry.transaction, entry.cluster};
    rows.emplace(tables, *last, memory);
    rows->add(table, {entry.id, entry.key, stored_row_of(entry.before, names_at(table, entry.id), memory)});
    return false;
  });
  if (!rows)
    throw fault{.sqlstate = sqlstate::no_data_found,
                .message = fmt::format("no deletion of row {} of \"{}\" is known", given.text,
                                       RelationGetRelationName(table.relation)),
                .hint = fmt::format("See what is known of it: SELECT * FROM upkeep.row_history({}, {});",
                                    pg::literals({pg::qualified(oid)}), pg::literals({given.text}))};
  rows->add_children();
  const std::uint64_t count = rows->insert();
  tables.close();
  return count;
}

} // namespace

} // namespace upkeep::history

using namespace upkeep;
using namespace upkeep::history;

// upkeep.restore_row(target, key) RETURNS bigint: the row, and those that the same transaction deleted by its foreign
// keys; how many. Errors: 22004; 22023; 42501; 42809; 55000 a table without history; P0002 no deletion is known; 23505,
// 23503, 23502 and whatever inserting raises.
UPKEEP_FUNCTION(upkeep_restore_row) {
  return pg::entry([=] {
    const pg::arguments given(fcinfo);
    const Oid table = given.table(0, "target");
    const Datum key = given.value(1, "key");
    std::uint64_t count = 0;
    pg::with_spi([&] { count = restore(table, key); });
    return Int64GetDatum(static_cast<std::int64_t>(count));
  });
}
