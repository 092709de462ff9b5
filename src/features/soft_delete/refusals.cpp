#include "features/soft_delete/refusals.hpp"
#include "postgres/citus/shards.hpp"

namespace upkeep::soft_delete {

using pg::call;

namespace {

std::string text_of(Oid type, Datum value) {
  Oid output = InvalidOid;
  bool is_varlena = false;
  call([&] { getTypeOutputInfo(type, &output, &is_varlena); });
  return pg::string_from([=] { return OidOutputFunctionCall(output, value); });
}

// Names and texts of a key.
struct written_key {
  std::vector<std::string> names, texts;

  // (shop_id, id)=(1, 7)
  std::string told() const { return fmt::format("({})=({})", joined(names, ", "), joined(texts, ", ")); }
  // shop_id = '1' AND id = '7'
  std::string condition() const {
    std::string sql;
    for (std::size_t i = 0; i < names.size(); ++i)
      sql += fmt::format("{}{} = {}", i ? " AND " : "", pg::quoted(names[i]), pg::literals({texts[i]}));
    return sql;
  }
};

written_key written(const std::vector<std::string> &names, const std::vector<Oid> &types,
                    const std::vector<Datum> &values) {
  written_key key{names, {}};
  for (std::size_t i = 0; i < values.size(); ++i)
    key.texts.push_back(text_of(types[i], values[i]));
  return key;
}

written_key primary_key_of(const soft_delete_plan &plan, HeapTuple row, TupleDesc descriptor) {
  std::vector<Oid> types;
  std::vector<Datum> values;
  for (const AttrNumber column : plan.key) {
    bool is_null = false;
    types.push_back(TupleDescAttr(descriptor, column - 1)->atttypid);
    values.push_back(call([&] { return heap_getattr(row, column, descriptor, &is_null); }));
  }
  return written(plan.key_names, types, values);
}

std::string update(Oid table, const std::string &column, const char *value, const std::string &condition) {
  return fmt::format("UPDATE {} SET {} = {} WHERE {};", pg::qualified(pg::logical_table(table)), pg::quoted(column),
                     value, condition);
}

} // namespace

void refuse_live_child(const soft_delete_plan &plan, const child_link &link, const std::vector<Datum> &values) {
  const std::string child = pg::table_name(link.key.child);
  const written_key key = written(link.key.parent_columns, link.key.parent_types, values);
  throw fault{.sqlstate = sqlstate::foreign_key_violation,
              .message = fmt::format("deleting a row of \"{}\" violates foreign key constraint \"{}\" on table \"{}\"",
                                     pg::table_name(plan.root), link.key.name, child),
              .detail = pg::may_read(plan.root)
                            ? fmt::format("Key {} is still referenced from a row of \"{}\" that is "
                                          "not deleted.",
                                          key.told(), child)
                            : fmt::format("A row of \"{}\" that is not deleted refers to it.", child),
              .hint = fmt::format("Delete the rows of \"{}\" first.", child)};
}

void refuse_deleted_parent(const soft_delete_plan &plan, const parent_link &link, const std::vector<Datum> &values) {
  const std::string parent = pg::table_name(link.key.parent);
  const bool may_tell = pg::may_read(plan.root);
  std::string column;
  call([=, at = link.key.parent] { LockRelationOid(at, AccessShareLock); });
  if (const std::optional<soft_column> found = soft_column_of(link.key.parent))
    column = found->name;
  throw fault{
      .sqlstate = sqlstate::foreign_key_violation,
      .message = fmt::format("row of \"{}\" violates foreign key constraint \"{}\": its row of \"{}\" is deleted",
                             pg::table_name(plan.root), link.key.name, parent),
      .detail = may_tell ? fmt::format("Key {} is that of a deleted row of \"{}\".",
                                       written(link.key.child_columns, link.key.child_types, values).told(), parent)
                         : "",
      .hint = may_tell ? fmt::format("Restore that one first: {}",
                                     update(link.key.parent, column, "NULL",
                                            written(link.key.parent_columns, link.key.child_types, values).condition()))
                       : "Restore that one first."};
}

void refuse_change(const soft_delete_plan &plan, HeapTuple row, TupleDesc descriptor) {
  const written_key key = primary_key_of(plan, row, descriptor);
  const bool may_tell = pg::may_read(plan.root);
  throw fault{.sqlstate = sqlstate::row_deleted,
              .message = fmt::format("row of \"{}\" is deleted", pg::table_name(plan.root)),
              .detail = may_tell ? fmt::format("It has key {}.", key.told()) : "",
              .hint = may_tell ? fmt::format("Restore it first: {}",
                                             update(plan.root, plan.column.name, "NULL", key.condition()))
                               : "Restore it first."};
}

void refuse_hard_delete(const soft_delete_plan &plan, HeapTuple row, TupleDesc descriptor) {
  const bool is_live = call([&] { return heap_attisnull(row, plan.number, descriptor); });
  throw fault{.sqlstate = sqlstate::row_deleted,
              .message = fmt::format("rows of \"{}\" are only deleted softly", pg::table_name(plan.root)),
              .hint = is_live ? pg::may_read(plan.root)
                                    ? update(plan.root, plan.column.name, "now()",
                                             primary_key_of(plan, row, descriptor).condition())
                                    : fmt::format("Set its column {}.", pg::quoted(plan.column.name))
                              : fmt::format("It is deleted already; CALL upkeep.purge_deleted({}); removes what was "
                                            "deleted long ago.",
                                            pg::literals({pg::qualified(pg::logical_table(plan.root))}))};
}

void refuse_truncate(Relation table, const std::string &column) {
  throw fault{.sqlstate = sqlstate::row_deleted,
              .message = fmt::format("rows of \"{}\" are only deleted softly", pg::table_name(table)),
              .hint = update(RelationGetRelid(table), column, "now()", fmt::format("{} IS NULL", pg::quoted(column)))};
}

} // namespace upkeep::soft_delete
