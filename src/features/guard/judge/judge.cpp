#include "features/guard/judge/judge.hpp"

#include "features/guard/judge/counts.hpp"
#include "postgres/relation.hpp"
#include "postgres/sql/query.hpp"

#include <algorithm>

namespace upkeep::guard {

using pg::call;

std::string column_of(Oid table, const std::string &column) {
  return fmt::format("{}.{}", pg::qualified(table), pg::quoted(column));
}

std::vector<Oid> truncated_with(std::vector<Oid> tables) {
  for (bool grows = true; grows;) {
    List *known = NIL;
    for (const Oid each : tables)
      known = call([=] { return lappend_oid(known, each); });
    const List *more = call([=] { return heap_truncate_find_FKs(known); });
    grows = more != NIL;
    const ListCell *cell;
    foreach (cell, more)
      tables.push_back(lfirst_oid(cell));
  }
  return tables;
}

// The command itself refuses a role that may not drop it; such a role must not hold others up.
bool may_drop(Oid relation) {
  return call([=] { return pg::owns_table(relation, GetUserId()); }) ||
         owns_schema(call([=] { return get_rel_namespace(relation); }));
}

// A review goes on with what it may know, where a command would fail.
Oid judge::find(const RangeVar *name) const {
  return file ? file->of(name).relation : call([=] { return RangeVarGetRelid(name, NoLock, true); });
}

// Locks the table that a command names, where the caller may change it; a name may mean another table once it is
// locked.
std::optional<Oid> judge::take(const RangeVar *name) {
  for (Oid table = find(name); OidIsValid(table);) {
    if (!take(table))
      return {};
    const Oid again = find(name);
    if (again == table)
      return table;
    call([&] { UnlockRelationOid(table, lock); });
    table = again;
  }
  return {};
}

bool judge::take(Oid table) {
  const char kind = call([=] { return get_rel_relkind(table); });
  if (kind != RELKIND_RELATION && kind != RELKIND_PARTITIONED_TABLE)
    return false;
  if (why == purpose::guard && !may_drop(table))
    return false;
  call([&] { LockRelationOid(table, lock); });
  return call([=] { return get_rel_relkind(table); }) != '\0';
}

bool judge::may_count(Oid table) {
  if (why == purpose::guard || pg::may_read(table))
    return true;
  say(remark::note, pg::qualified(table), "its rows are not counted: that takes the right to read all of them", "");
  return false;
}

void judge::lose(loss_kind kind, Oid table, const std::string &column, const tally &count, const std::string &type,
                 const std::string &instead) {
  // An approval is used up, and what it expects is compared with the truth, even if there is nothing to lose.
  if (file && (kind == loss_kind::rows ? count.rows : count.lost) == 0)
    return;
  if (const int clearer = file && kind == loss_kind::values ? file->clearer_of(table, column) : 0)
    return say(remark::note, column_of(table, column),
               fmt::format("{} today, but statement {} sets it to NULL: what would be lost cannot be told",
                           describe({kind, column_of(table, column), count, type}), clearer),
               "");
  const Oid schema = call([=] { return get_rel_namespace(table); });
  found.losses.push_back({{kind, column.empty() ? pg::qualified(table) : column_of(table, column), count, type, instead,
                           file ? file->name_now(table, column) : ""},
                          table,
                          column,
                          schema,
                          pg::string_from([=] { return get_namespace_name(schema); }),
                          pg::owner_of(table),
                          guarded.blocks(table)});
}

void judge::say(remark::level weight, const std::string &object, std::string text, std::string hint) {
  found.remarks.push_back({weight, object, std::move(text), std::move(hint)});
}

// The tables whose column an alteration changes: the table, and all that inherit from it. But a child keeps a column
// that it has of its own or from another parent too when the parent drops it.
std::vector<Oid> judge::members(const ddl_action &action, Oid table) {
  // If the table itself lacks the column, the command leaves it alone, or fails.
  if (call([&] { return get_attnum(table, action.names.front().c_str()); }) <= 0)
    return {};
  std::vector<Oid> all = action.table->inh ? tree_of(table) : std::vector<Oid>{table};
  std::erase_if(all, [&](Oid each) {
    bool has = false;
    pg::with_relation(each, [&](Relation relation) {
      const AttrNumber column = column_in(relation, action.names.front());
      if (!column)
        return;
      const FormData_pg_attribute &inherited = *TupleDescAttr(RelationGetDescr(relation), column - 1);
      has = each == table || action.kind != action_kind::drop_column ||
            (!inherited.attislocal && inherited.attinhcount == 1);
    });
    return !has;
  });
  // Each is asked: a new table may have old partitions, one that is not guarded such as are.
  std::erase_if(all, [&](Oid each) { return !guarded.guards(each); });
  return all;
}

std::vector<Oid> judge::tree_of(Oid table) const {
  return file ? file->tree_of(table) : pg::with_descendants(table, lock);
}

// Without what the file has emptied, which names a tree all the same.
std::vector<Oid> judge::filled(std::vector<Oid> tables) const {
  std::erase_if(tables, [&](Oid each) { return file && file->is_emptied(each); });
  return tables;
}

// Those of the tables that lose rows of their own, each with those below it, which stand for it. `with_children`: those
// of plain inheritance too.
std::vector<std::vector<Oid>> judge::trees(std::vector<Oid> tables, bool with_children) {
  std::erase_if(tables, [&](Oid each) { return !guarded.guards(each); });
  std::vector<std::vector<Oid>> found;
  std::set<Oid> seen;
  for (const Oid top : tables) {
    if (seen.contains(top))
      continue;
    const bool is_root = call([=] { return get_rel_relkind(top); }) == RELKIND_PARTITIONED_TABLE;
    std::vector<Oid> below = with_children || is_root ? tree_of(top) : std::vector<Oid>{top};
    if (with_children)
      add_half_detached(below);
    const std::set<Oid> of_top(below.begin(), below.end());
    std::vector<Oid> &tree = found.emplace_back();
    for (const Oid each : tables)
      if (of_top.contains(each) && seen.insert(each).second)
        tree.push_back(each);
  }
  return found;
}

// Partitions that DETACH CONCURRENTLY has half detached are no longer descendants, but dropped with their root.
void judge::add_half_detached(std::vector<Oid> &tables) {
  if (!half_detached) {
    const pg::rows rows =
        pg::execute("SELECT i.inhparent, i.inhrelid FROM pg_catalog.pg_inherits i WHERE i.inhdetachpending");
    half_detached.emplace();
    for (std::uint64_t row = 0; row < rows.count(); ++row)
      half_detached->emplace_back(rows.oid(row, 1), rows.oid(row, 2));
  }
  for (const auto &[root, partition] : *half_detached)
    if (std::find(tables.begin(), tables.end(), root) != tables.end())
      for (const Oid each : pg::with_descendants(partition, lock))
        if (std::find(tables.begin(), tables.end(), each) == tables.end())
          tables.push_back(each);
}

void judge::drop_table(Oid table) {
  std::vector<Oid> all = tree_of(table);
  add_half_detached(all);
  std::erase_if(all, [&](Oid each) { return found.settled.contains({each, 0}); });
  lose_rows(trees(all, true));
  for (const Oid each : all)
    found.settled.insert({each, 0});
}

void judge::lose_rows(const std::vector<std::vector<Oid>> &trees) {
  for (const std::vector<Oid> &tree : trees)
    if (may_count(tree.front()))
      lose(loss_kind::rows, tree.front(), {}, sum_over(filled(tree), count_rows));
}

void judge::drop_tables(const std::vector<Oid> &tables) {
  for (const Oid table : tables)
    if (!(file && file->is_gone(table)) && !found.settled.contains({table, 0}) && take(table))
      drop_table(table);
}

namespace {

std::vector<Oid> tables_where(const pg::fragment &condition, Oid value) {
  const pg::parameter parameters[] = {pg::parameter::oid(value)};
  // Partitions go with those above them.
  const pg::rows rows = pg::execute(pg::sql(R"sql(
    SELECT c.oid
    FROM pg_catalog.pg_class c
    WHERE {condition} AND c.relkind [=] ANY ('{r,p}') AND c.relpersistence [<>] 't'
    ORDER BY c.relispartition, c.oid
  )sql",
                                            "condition"_is = condition),
                                    parameters);
  std::vector<Oid> tables;
  for (std::uint64_t row = 0; row < rows.count(); ++row)
    tables.push_back(rows.oid(row, 1));
  return tables;
}

} // namespace

std::vector<Oid> tables_of_type(const RangeVar *type) {
  const Oid relation = call([=] { return RangeVarGetRelid(type, NoLock, true); });
  const Oid row = OidIsValid(relation) ? call([=] { return get_rel_type_id(relation); }) : InvalidOid;
  return OidIsValid(row) ? tables_where(pg::sql("c.reloftype [=] $1"), row) : std::vector<Oid>{};
}

void judge::drop_schema(const std::string &schema) {
  const std::string today = file ? file->schema_of_today(schema) : schema;
  const Oid oid = call([&] { return get_namespace_oid(today.c_str(), true); });
  if (OidIsValid(oid))
    drop_tables(tables_where(pg::sql("c.relnamespace [=] $1"), oid));
}

void judge::drop_owned(const DropOwnedStmt &statement) {
  const ListCell *cell;
  foreach (cell, statement.roles) {
    const RoleSpec *name = lfirst_node(RoleSpec, cell);
    const Oid role = call([=] { return get_rolespec_oid(name, true); });
    if (OidIsValid(role) && call([=] { return has_privs_of_role(GetUserId(), role); }))
      drop_tables(tables_where(pg::sql("c.relowner [=] $1"), role));
  }
}

// Partitions are emptied with their root. An inheritance child is a table by itself, since ONLY may leave it out.
void judge::truncate(const std::vector<Oid> &tables) { lose_rows(trees(tables, false)); }

void judge::look_at(const ddl_action &action) {
  lock = why == purpose::review ? AccessShareLock : AccessExclusiveLock;
  switch (action.kind) {
  case action_kind::drop_schema:
    for (const std::string &schema : action.names)
      drop_schema(schema);
    return;
  case action_kind::drop_owned:
    return drop_owned(*reinterpret_cast<const DropOwnedStmt *>(action.part));
  case action_kind::drop_cascade:
  case action_kind::rename_column:
  case action_kind::truncate:
  case action_kind::write_all:
  case action_kind::drop_database:
    if (why == purpose::review)
      review_only(action);
    return;
  case action_kind::change_attribute:
    for (const Oid table : OidIsValid(find(action.table)) ? tables_of_type(action.table) : std::vector<Oid>{})
      if (take(table))
        change_type(action, table);
    return;
  // PostgreSQL fails safely, and reads what it must: the guard reads nothing for a hint.
  case action_kind::set_not_null:
  case action_kind::add_unique:
    if (why == purpose::guard)
      return;
    break;
  case action_kind::drop_sequence:
    return drop_sequence(action);
  case action_kind::add_column:
    if (!lack_of_value(reinterpret_cast<const ColumnDef *>(action.part)))
      return;
    break;
  default:
    break;
  }
  if (const auto table = take(action.table))
    look_at_table(action, *table);
  else
    tell_unknown(action);
}

void judge::look_at_table(const ddl_action &action, Oid table) {
  if (action.kind == action_kind::drop_table)
    return drop_table(table);
  if (action.kind == action_kind::add_column)
    return add_column(action, table);
  if (!file)
    return look_at_column(action, table);
  // What the file has added has nothing of today.
  ddl_action today = action;
  for (std::string &name : today.names)
    if (name = file->column_of_today(table, name); name.empty())
      return action.kind == action_kind::set_not_null && file->is_bare(table, action.names.front())
                 ? add_bare_column(table, action.names.front(),
                                   "SET NOT NULL will fail: the file adds the column without a value")
                 : void();
  const auto is_missing = [&](const std::string &name) {
    return call([&] { return get_attnum(table, name.c_str()); }) <= 0;
  };
  if (std::any_of(today.names.begin(), today.names.end(), is_missing)) {
    if (!action.may_miss && !has_sibling(action_kind::add_column, action.names.front()))
      say(remark::note, column_of(table, action.names.front()),
          fmt::format("no column {} is seen here: what would be lost of it cannot be told",
                      column_of(table, action.names.front())),
          "");
    return;
  }
  look_at_column(today, table);
}

void judge::look_at_column(const ddl_action &action, Oid table) {
  switch (action.kind) {
  case action_kind::drop_column:
    return drop_column(action, table);
  case action_kind::change_type:
    return change_type(action, table);
  case action_kind::drop_identity:
    return drop_identity(action, table);
  case action_kind::set_not_null:
    return set_not_null(action, table);
  default:
    return add_unique(action, table);
  }
}

void judge::look_at(std::span<const ddl_action> actions) {
  siblings = actions;
  for (const ddl_action &action : actions)
    look_at(action);
}

bool judge::has_sibling(action_kind kind, const std::string &column) const {
  return std::any_of(siblings.begin(), siblings.end(), [&](const ddl_action &each) {
    return each.kind == kind && !each.names.empty() && each.names.front() == column;
  });
}

} // namespace upkeep::guard
