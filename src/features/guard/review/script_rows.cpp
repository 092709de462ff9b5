// Rows: what a statement of the file has made of them, and of names on its way.
#include "features/guard/review/script.hpp"

#include "features/guard/events/ddl_actions.hpp"
#include "features/guard/judge/judge.hpp"
#include "postgres/relation.hpp"

#include <algorithm>
#include <memory>
#include <utility>

namespace upkeep::guard {

using pg::call;

bool script::is_emptied(Oid table) const {
  const table_state *state = find_state(table);
  return state && state->is_emptied;
}

bool script::may_have_lost_rows(Oid table) const {
  const table_state *state = find_state(table);
  return has_run_code || (state && (state->is_emptied || state->has_lost_rows));
}

namespace {

int statement_of(const std::map<std::string, int> &statements, const std::string &column) {
  const auto found = statements.find(column);
  return found == statements.end() ? 0 : found->second;
}

} // namespace

int script::writer_of(Oid table, const std::string &column) const {
  const table_state *state = find_state(table);
  return state ? statement_of(state->writers, column) : 0;
}

int script::clearer_of(Oid table, const std::string &column) const {
  const table_state *state = find_state(table);
  return state ? statement_of(state->clearers, column) : 0;
}

bool script::may_have_written(Oid table, const std::string &column) const {
  return may_have_lost_rows(table) || writer_of(table, column) > 0;
}

bool script::is_bare(Oid table, const std::string &name) const {
  const table_state *state = find_state(table);
  return !may_have_lost_rows(table) && state && state->bare.contains(name);
}

// `body` for each table of today whose rows a statement on this one reaches.
template <class Body> void script::each_of(const RangeVar *name, Body body) {
  const Oid root = of(name).relation;
  const char kind = OidIsValid(root) ? call([=] { return get_rel_relkind(root); }) : '\0';
  if (kind != RELKIND_RELATION && kind != RELKIND_PARTITIONED_TABLE)
    return;
  for (const Oid table : name->inh ? tree_of(root) : std::vector<Oid>{root})
    body(table, tables[table]);
}

void script::empty(const RangeVar *name, bool cascades) {
  const Oid root = of(name).relation;
  each_of(name, [](Oid, table_state &state) { state.is_emptied = true; });
  if (cascades && OidIsValid(root))
    for (const Oid each : truncated_with(name->inh ? tree_of(root) : std::vector<Oid>{root}))
      for (const Oid table : tree_of(each))
        tables[table].is_emptied = true;
}

// Rows that come after all had gone are of the file's own.
void script::insert(const RangeVar *name) {
  each_of(name, [](Oid, table_state &state) { state.has_lost_rows |= state.is_emptied; });
}

void script::lose_rows(const RangeVar *name) {
  each_of(name, [](Oid, table_state &state) { state.has_lost_rows = true; });
}

void script::write(const RangeVar *name, const List *targets, int number) {
  each_of(name, [&](Oid table, table_state &state) {
    const ListCell *cell;
    foreach (cell, targets) {
      const auto *target = lfirst_node(ResTarget, cell);
      if (!target->name)
        continue;
      state.bare.erase(target->name);
      const std::string today = column_of_today(table, target->name);
      if (today.empty())
        continue;
      state.writers.emplace(today, number);
      if (is_null_constant(target->val))
        state.clearers.emplace(today, number);
    }
  });
}

void script::write_parts(const WithClause *with, int number) {
  const ListCell *cell;
  foreach (cell, with ? with->ctes : NIL)
    write_through(lfirst_node(CommonTableExpr, cell)->ctequery, number);
}

void script::write_through(const Node *statement, int number) {
  switch (statement ? nodeTag(statement) : T_Invalid) {
  case T_SelectStmt: {
    const auto *query = reinterpret_cast<const SelectStmt *>(statement);
    write_parts(query->withClause, number);
    return query->intoClause ? make(query->intoClause->rel, false) : void();
  }
  case T_InsertStmt: {
    const auto *query = reinterpret_cast<const InsertStmt *>(statement);
    write_parts(query->withClause, number);
    if (query->onConflictClause)
      write(query->relation, query->onConflictClause->targetList, number);
    return insert(query->relation);
  }
  case T_UpdateStmt: {
    const auto *query = reinterpret_cast<const UpdateStmt *>(statement);
    write_parts(query->withClause, number);
    return write(query->relation, query->targetList, number);
  }
  case T_DeleteStmt: {
    const auto *query = reinterpret_cast<const DeleteStmt *>(statement);
    write_parts(query->withClause, number);
    return query->whereClause || query->usingClause ? lose_rows(query->relation) : empty(query->relation, false);
  }
  case T_MergeStmt: {
    const auto *query = reinterpret_cast<const MergeStmt *>(statement);
    write_parts(query->withClause, number);
    const ListCell *cell;
    foreach (cell, query->mergeWhenClauses)
      if (const auto *when = lfirst_node(MergeWhenClause, cell); when->commandType == CMD_UPDATE)
        write(query->relation, when->targetList, number);
    return lose_rows(query->relation);
  }
  case T_CopyStmt:
    if (const auto *copy = reinterpret_cast<const CopyStmt *>(statement); copy->is_from && copy->relation)
      insert(copy->relation);
    return;
  case T_TruncateStmt: {
    const auto *truncation = reinterpret_cast<const TruncateStmt *>(statement);
    const ListCell *cell;
    foreach (cell, truncation->relations)
      empty(lfirst_node(RangeVar, cell), truncation->behavior == DROP_CASCADE);
    return;
  }
  default:
    return;
  }
}

std::vector<Oid> script::attached_to(const RangeVar *name) const {
  const auto found = attached.find(place_of(name));
  return found == attached.end() ? std::vector<Oid>{} : found->second;
}

void script::attach(const AlterTableStmt &statement) {
  const ListCell *cell;
  foreach (cell, statement.cmds) {
    const auto *part = lfirst_node(AlterTableCmd, cell);
    if (part->subtype != AT_AttachPartition && part->subtype != AT_DetachPartition)
      continue;
    const Oid root = of(statement.relation).relation;
    const Oid table = of(reinterpret_cast<const PartitionCmd *>(part->def)->name).relation;
    const bool is_attached = part->subtype == AT_AttachPartition;
    if (OidIsValid(root)) {
      links[{root, table}] = is_attached;
      continue;
    }
    std::vector<Oid> &partitions = attached[place_of(statement.relation)];
    std::erase(partitions, table);
    if (is_attached && OidIsValid(table))
      partitions.push_back(table);
  }
}

void script::inherit(const AlterTableStmt &statement) {
  const ListCell *cell;
  foreach (cell, statement.cmds)
    if (const auto *part = lfirst_node(AlterTableCmd, cell);
        part->subtype == AT_AddInherit || part->subtype == AT_DropInherit)
      links[{of(reinterpret_cast<const RangeVar *>(part->def)).relation, of(statement.relation).relation}] =
          part->subtype == AT_AddInherit;
}

namespace {

bool is_table(Oid relation) {
  const char kind = OidIsValid(relation) ? call([=] { return get_rel_relkind(relation); }) : '\0';
  return kind == RELKIND_RELATION || kind == RELKIND_PARTITIONED_TABLE;
}

std::vector<Oid> children_of(Oid table) {
  const List *found = call([=] { return find_inheritance_children(table, AccessShareLock); });
  std::vector<Oid> children;
  const ListCell *cell;
  foreach (cell, found)
    if (is_table(lfirst_oid(cell)))
      children.push_back(lfirst_oid(cell));
  return children;
}

bool lock_table(Oid table) {
  if (!is_table(table))
    return false;
  call([=] { LockRelationOid(table, AccessShareLock); });
  return is_table(table);
}

} // namespace

std::vector<Oid> script::tree_of(Oid table) const {
  if (links.empty() && gone.empty())
    return pg::with_descendants(table, AccessShareLock);
  std::vector<Oid> tree{table};
  for (std::size_t next = 0; next < tree.size(); ++next) {
    const Oid above = tree[next];
    std::vector<Oid> below = children_of(above);
    std::erase_if(below, [&](Oid each) { return links.contains({above, each}); });
    for (const auto &[link, is_tied] : links)
      if (link.first == above && is_tied && lock_table(link.second))
        below.push_back(link.second);
    for (const Oid each : below)
      if (!gone.contains(each) && std::find(tree.begin(), tree.end(), each) == tree.end())
        tree.push_back(each);
  }
  return tree;
}

void script::alter(const AlterTableStmt &statement, int number) {
  const Oid root = of(statement.relation).relation;
  if (statement.objtype == OBJECT_TABLE)
    attach(statement);
  if (!OidIsValid(root) || statement.objtype != OBJECT_TABLE)
    return;
  inherit(statement);
  // As PostgreSQL goes about it: what goes, goes before what comes.
  const auto each_part = [&](AlterTableType kind, auto body) {
    const ListCell *cell;
    foreach (cell, statement.cmds)
      if (const auto *part = lfirst_node(AlterTableCmd, cell); part->subtype == kind)
        each_of(statement.relation, [&](Oid table, table_state &state) { body(table, state, *part); });
  };
  each_part(AT_DropColumn, [&](Oid table, table_state &, const AlterTableCmd &part) { drop_column(table, part.name); });
  each_part(AT_AlterColumnType, [&](Oid table, table_state &state, const AlterTableCmd &part) {
    if (const std::string today = column_of_today(table, part.name); !today.empty())
      state.writers.emplace(today, number);
    if (reinterpret_cast<const ColumnDef *>(part.def)->raw_default)
      state.bare.erase(part.name);
  });
  each_part(AT_AddColumn, [&](Oid table, table_state &, const AlterTableCmd &part) {
    add_column(table, *reinterpret_cast<const ColumnDef *>(part.def), part.missing_ok);
  });
}

void script::drop(const DropStmt &statement) {
  const ListCell *cell;
  foreach (cell, statement.objects)
    switch (statement.removeType) {
    case OBJECT_SCHEMA:
      drop_schema(strVal(lfirst(cell)));
      break;
    case OBJECT_TABLE:
    case OBJECT_VIEW:
    case OBJECT_MATVIEW:
    case OBJECT_FOREIGN_TABLE:
    case OBJECT_SEQUENCE: {
      List *name = lfirst_node(List, cell);
      drop_relation(call([=] { return makeRangeVarFromNameList(name); }));
      break;
    }
    default:
      break;
    }
}

void script::transact(const TransactionStmt &statement) {
  const std::string name = statement.savepoint_name ? statement.savepoint_name : "";
  switch (statement.kind) {
  case TRANS_STMT_BEGIN:
  case TRANS_STMT_START:
    savepoints.clear();
    [[fallthrough]];
  case TRANS_STMT_SAVEPOINT: {
    // Each remembers what was there, not those around it.
    auto outer = std::exchange(savepoints, {});
    auto before = std::make_shared<const script>(*this);
    savepoints = std::move(outer);
    savepoints.emplace_back(name, std::move(before));
    return;
  }
  case TRANS_STMT_COMMIT:
    savepoints.clear();
    return;
  case TRANS_STMT_RELEASE:
  case TRANS_STMT_ROLLBACK:
  case TRANS_STMT_ROLLBACK_TO: {
    const auto found =
        std::find_if(savepoints.rbegin(), savepoints.rend(), [&](const auto &each) { return each.first == name; });
    if (found == savepoints.rend())
      return;
    const std::shared_ptr<const script> before = found->second;
    savepoints.erase(std::prev(found.base()), savepoints.end());
    if (statement.kind == TRANS_STMT_RELEASE)
      return;
    auto outer = std::move(savepoints);
    std::vector<added_column> all = std::move(added);
    *this = *before;
    added = std::move(all);
    savepoints = std::move(outer);
    if (statement.kind == TRANS_STMT_ROLLBACK_TO)
      savepoints.emplace_back(name, before);
    return;
  }
  default:
    return;
  }
}

void script::follow(const Node *statement, int number, bool runs_code) {
  has_run_code |= runs_code;
  switch (statement ? nodeTag(statement) : T_Invalid) {
  case T_CreateStmt: {
    const auto *table = reinterpret_cast<const CreateStmt *>(statement);
    return make(table->relation, table->if_not_exists);
  }
  case T_CreateForeignTableStmt: {
    const auto *table = &reinterpret_cast<const CreateForeignTableStmt *>(statement)->base;
    return make(table->relation, table->if_not_exists);
  }
  case T_CreateTableAsStmt: {
    const auto *table = reinterpret_cast<const CreateTableAsStmt *>(statement);
    write_through(table->query, number);
    return make(table->into->rel, table->if_not_exists);
  }
  case T_ViewStmt: {
    const auto *view = reinterpret_cast<const ViewStmt *>(statement);
    return make(view->view, view->replace);
  }
  case T_CreateSeqStmt: {
    const auto *sequence = reinterpret_cast<const CreateSeqStmt *>(statement);
    return make(sequence->sequence, sequence->if_not_exists);
  }
  case T_CreateSchemaStmt: {
    const auto *schema = reinterpret_cast<const CreateSchemaStmt *>(statement);
    const char *name = schema->schemaname;
    if (name && !(schema->if_not_exists && OidIsValid(call([=] { return get_namespace_oid(name, true); }))))
      schemas[name] = "";
    return;
  }
  case T_AlterTableStmt:
    return alter(*reinterpret_cast<const AlterTableStmt *>(statement), number);
  case T_AlterObjectSchemaStmt: {
    const auto *moved = reinterpret_cast<const AlterObjectSchemaStmt *>(statement);
    if (moved->relation)
      move(moved->relation, {moved->newschema, moved->relation->relname});
    return;
  }
  case T_RenameStmt:
    return rename(*reinterpret_cast<const RenameStmt *>(statement));
  case T_DropStmt:
    return drop(*reinterpret_cast<const DropStmt *>(statement));
  case T_TransactionStmt:
    return transact(*reinterpret_cast<const TransactionStmt *>(statement));
  default:
    return write_through(statement, number);
  }
}

} // namespace upkeep::guard
