#include "features/guard/events/ddl_actions.hpp"

#include <algorithm>
#include <array>

namespace upkeep::guard {

using pg::call;

namespace {

std::vector<std::string> strings_of(const List *list) {
  std::vector<std::string> texts;
  const ListCell *cell;
  foreach (cell, list)
    if (IsA(lfirst(cell), String))
      texts.emplace_back(strVal(lfirst(cell)));
  return texts;
}

const Constraint *constraint_of(const ColumnDef *column, ConstrType kind) {
  const ListCell *cell;
  foreach (cell, column->constraints)
    if (lfirst_node(Constraint, cell)->contype == kind)
      return lfirst_node(Constraint, cell);
  return nullptr;
}

void add_alteration(const AlterTableStmt *statement, const AlterTableCmd *part, std::vector<ddl_action> &actions) {
  const auto add = [&](action_kind kind, std::vector<std::string> columns) {
    actions.push_back({kind, statement->relation, std::move(columns), part->def, part->behavior == DROP_CASCADE,
                       part->missing_ok, statement->missing_ok});
  };
  switch (part->subtype) {
  case AT_DropColumn:
    return add(action_kind::drop_column, {part->name});
  case AT_AlterColumnType:
    return add(action_kind::change_type, {part->name});
  case AT_SetNotNull:
    return add(action_kind::set_not_null, {part->name});
  case AT_AddColumn:
    return add(action_kind::add_column, {reinterpret_cast<const ColumnDef *>(part->def)->colname});
  case AT_DropIdentity:
    return add(action_kind::drop_identity, {part->name});
  case AT_AddConstraint: {
    const auto *constraint = reinterpret_cast<const Constraint *>(part->def);
    if ((constraint->contype == CONSTR_UNIQUE || constraint->contype == CONSTR_PRIMARY) && constraint->keys) {
      add(action_kind::add_unique, strings_of(constraint->keys));
      actions.back().nulls_are_equal = constraint->nulls_not_distinct;
    }
    return;
  }
  default:
    return;
  }
}

std::vector<ddl_action> alterations(const AlterTableStmt *statement) {
  std::vector<ddl_action> actions;
  const ListCell *cell;
  if (statement->objtype == OBJECT_TABLE)
    foreach (cell, statement->cmds)
      add_alteration(statement, lfirst_node(AlterTableCmd, cell), actions);
  else if (statement->objtype == OBJECT_TYPE)
    foreach (cell, statement->cmds) {
      const auto *part = lfirst_node(AlterTableCmd, cell);
      if (part->subtype == AT_AlterColumnType && part->behavior == DROP_CASCADE)
        actions.push_back({action_kind::change_attribute, statement->relation, {part->name}, part->def});
    }
  return actions;
}

std::vector<ddl_action> drops(const DropStmt *statement) {
  std::vector<ddl_action> actions;
  const bool cascades = statement->behavior == DROP_CASCADE;
  const ListCell *cell;
  if (statement->removeType == OBJECT_TABLE || statement->removeType == OBJECT_SEQUENCE)
    foreach (cell, statement->objects) {
      const auto kind = statement->removeType == OBJECT_TABLE ? action_kind::drop_table : action_kind::drop_sequence;
      List *name = lfirst_node(List, cell);
      const RangeVar *table = call([=] { return makeRangeVarFromNameList(name); });
      actions.push_back({kind, table, {}, nullptr, cascades, false, statement->missing_ok});
    }
  else if (statement->removeType == OBJECT_SCHEMA && cascades)
    actions.push_back({action_kind::drop_schema, nullptr, strings_of(statement->objects), nullptr, true});
  // Without CASCADE an extension still takes its own objects with it, and what a table has of it prevents the drop.
  if (cascades && statement->removeType != OBJECT_TABLE && statement->removeType != OBJECT_SCHEMA)
    actions.push_back({action_kind::drop_cascade, nullptr, {}, nullptr, true});
  return actions;
}

std::vector<ddl_action> truncations(const TruncateStmt *statement) {
  std::vector<ddl_action> actions;
  const ListCell *cell;
  foreach (cell, statement->relations)
    actions.push_back(
        {action_kind::truncate, lfirst_node(RangeVar, cell), {}, nullptr, statement->behavior == DROP_CASCADE});
  return actions;
}

// CREATE UNIQUE INDEX on plain columns; on expressions or a part of the rows, PostgreSQL says by itself what is wrong.
std::vector<ddl_action> unique_index(const IndexStmt *statement) {
  if (!statement->unique || statement->whereClause)
    return {};
  std::vector<std::string> columns;
  const ListCell *cell;
  foreach (cell, statement->indexParams) {
    const IndexElem *element = lfirst_node(IndexElem, cell);
    if (!element->name)
      return {};
    columns.emplace_back(element->name);
  }
  std::vector<ddl_action> actions;
  actions.push_back({action_kind::add_unique, statement->relation, columns});
  actions.back().nulls_are_equal = statement->nulls_not_distinct;
  if (statement->if_not_exists && statement->idxname)
    actions.back().unless = statement->idxname;
  return actions;
}

} // namespace

bool is_null_constant(const Node *expression) {
  while (expression && IsA(expression, TypeCast))
    expression = reinterpret_cast<const TypeCast *>(expression)->arg;
  return expression && IsA(expression, A_Const) && reinterpret_cast<const A_Const *>(expression)->isnull;
}

bool has_default_clause(const ColumnDef *column) { return constraint_of(column, CONSTR_DEFAULT) != nullptr; }

const char *lack_of_value(const ColumnDef *column) {
  if (!constraint_of(column, CONSTR_NOTNULL) && !constraint_of(column, CONSTR_PRIMARY))
    return nullptr;
  if (const Constraint *given = constraint_of(column, CONSTR_DEFAULT))
    return is_null_constant(given->raw_expr) ? "its default is NULL" : nullptr;
  const std::string_view type =
      column->typeName && list_length(column->typeName->names) == 1 ? strVal(linitial(column->typeName->names)) : "";
  constexpr std::array serials{"smallserial", "serial", "bigserial", "serial2", "serial4", "serial8"};
  const bool is_filled = constraint_of(column, CONSTR_IDENTITY) || constraint_of(column, CONSTR_GENERATED) ||
                         std::find(serials.begin(), serials.end(), type) != serials.end();
  return is_filled ? nullptr : "it has no default";
}

std::vector<ddl_action> actions_of(const Node *statement) {
  std::vector<ddl_action> actions;
  const auto write_all = [&](const RangeVar *table, const Node *condition, const char *verb) {
    if (!condition)
      actions.push_back({action_kind::write_all, table, {verb}});
  };
  if (!statement)
    return actions;
  switch (nodeTag(statement)) {
  case T_AlterTableStmt:
    return alterations(reinterpret_cast<const AlterTableStmt *>(statement));
  case T_DropStmt:
    return drops(reinterpret_cast<const DropStmt *>(statement));
  case T_IndexStmt:
    return unique_index(reinterpret_cast<const IndexStmt *>(statement));
  case T_TruncateStmt:
    return truncations(reinterpret_cast<const TruncateStmt *>(statement));
  case T_DropOwnedStmt:
    actions.push_back({action_kind::drop_owned, nullptr, {}, statement, true});
    break;
  case T_DropdbStmt:
    actions.push_back({action_kind::drop_database, nullptr, {reinterpret_cast<const DropdbStmt *>(statement)->dbname}});
    break;
  case T_RenameStmt: {
    const auto *rename = reinterpret_cast<const RenameStmt *>(statement);
    if (rename->renameType == OBJECT_COLUMN && rename->relationType == OBJECT_TABLE)
      actions.push_back({action_kind::rename_column, rename->relation, {rename->subname, rename->newname}});
    break;
  }
  case T_DeleteStmt: {
    const auto *write = reinterpret_cast<const DeleteStmt *>(statement);
    write_all(write->relation, write->whereClause, "DELETE");
    break;
  }
  case T_UpdateStmt: {
    const auto *write = reinterpret_cast<const UpdateStmt *>(statement);
    write_all(write->relation, write->whereClause, "UPDATE");
    break;
  }
  default:
    break;
  }
  return actions;
}

} // namespace upkeep::guard
