#include "features/history/past/past_table.hpp"

#include "features/catalogue.hpp"
#include "features/history/tables.hpp"
#include "features/registry.hpp"
#include "postgres/relation.hpp"
#include "postgres/trigger.hpp"

#include <algorithm>

namespace upkeep::history {

using pg::call;

namespace {

kept_columns columns_of(Relation relation) {
  const Trigger *trigger = trigger_of(relation, history_feature);
  return resolve_columns(trigger ? pg::trigger_options(*trigger, history_feature) : parse_options(history_feature, {}),
                         relation);
}

std::optional<std::string> text_in(Jsonb *object, const char *name) {
  std::optional<std::string> text;
  const pg::jsonb_fields fields = call([=] { return pg::fields_of(object); });
  if (const pg::jsonb_field *field = fields.find(name); field && field->value.type == jbvString)
    text.emplace(field->value.val.string.val, static_cast<std::size_t>(field->value.val.string.len));
  return text;
}

} // namespace

past_names::past_names(TupleDesc descriptor) {
  for (int i = 0; i < descriptor->natts; ++i)
    if (const FormData_pg_attribute &column = *TupleDescAttr(descriptor, i); !column.attisdropped)
      numbers.emplace(NameStr(column.attname), column.attnum);
}

void past_names::go_back(const past_entry &rename) {
  const std::optional<std::string> before = text_in(rename.before, "column"), after = text_in(rename.after, "column");
  if (!before)
    return; // it is the table that has another name
  AttrNumber column = InvalidAttrNumber;
  if (after)
    if (const auto found = numbers.find(*after); found != numbers.end()) {
      column = found->second;
      numbers.erase(found);
    }
  numbers.insert_or_assign(*before, column);
}

past_table::past_table(Relation relation, MemoryContext memory) : relation(relation) {
  const Oid oid = RelationGetRelid(relation);
  const char kind = relation->rd_rel->relkind;
  if ((kind != RELKIND_RELATION && kind != RELKIND_PARTITIONED_TABLE) || relation->rd_rel->relispartition)
    throw fault{
        .sqlstate = sqlstate::wrong_object_type,
        .message = fmt::format("\"{}\" has no history of its own", RelationGetRelationName(relation)),
        .hint = relation->rd_rel->relispartition
                    ? fmt::format("Ask for the table that it is a partition of: {}.", pg::qualified(pg::topmost(oid)))
                    : "Pass a table that has history."};
  require_no_shards(oid);
  const std::optional<std::int32_t> known = number_of(oid);
  if (!known)
    throw fault{.sqlstate = sqlstate::object_not_in_prerequisite_state,
                .message = fmt::format("table \"{}\" has no history", RelationGetRelationName(relation)),
                .hint = fmt::format("What is written from now on is kept after: SELECT upkeep.enable_history({});",
                                    pg::literals({pg::qualified(oid)}))};
  plan = {*known, columns_of(relation), {}};
  TupleDesc descriptor = RelationGetDescr(relation);
  readers = static_cast<pg::stored_value_reader *>(call([=] {
    auto *made = static_cast<pg::stored_value_reader *>(MemoryContextAllocZero(
        memory, sizeof(pg::stored_value_reader) * static_cast<std::size_t>(descriptor->natts + 1)));
    for (int i = 0; i < descriptor->natts; ++i)
      if (!TupleDescAttr(descriptor, i)->attisdropped)
        made[i] = pg::reader_of(TupleDescAttr(descriptor, i)->atttypid, memory);
    return made;
  }));
}

bool past_table::is_kept(AttrNumber column) const {
  return std::ranges::any_of(plan.columns.kept,
                             [=](const kept_column &each) { return each.number == column && !each.is_digest; });
}

bool past_table::is_counted(AttrNumber column) const {
  const char *name = NameStr(TupleDescAttr(RelationGetDescr(relation), column - 1)->attname);
  return std::ranges::count(plan.columns.counted, name) > 0;
}

void past_table::require_readable() const {
  const Oid table = RelationGetRelid(relation);
  call([=] {
    if (pg_class_aclcheck(table, GetUserId(), ACL_SELECT) != ACLCHECK_OK)
      aclcheck_error(ACLCHECK_NO_PRIV, OBJECT_TABLE, get_rel_name(table));
  });
}

past_names names_at(const past_table &table, std::int64_t entry) {
  past_names names(RelationGetDescr(table.relation));
  const pg::parameter parameters[] = {{INT4OID, Int32GetDatum(table.plan.number)}, {INT8OID, Int64GetDatum(entry)}};
  each_entry(pg::sql(R"sql(
    WHERE upkeep_internal.history_row_hash(e.table_number, e.key) [=] upkeep_internal.history_row_hash($1, NULL)
      AND e.table_number [=] $1 AND e.key IS NULL AND e.action [=] 'r'::pg_catalog."char" AND e.id [>] $2
    ORDER BY e.id DESC
  )sql"),
             parameters, false, [&](const past_entry &rename) { names.go_back(rename); });
  return names;
}

pg::fragment columns_now(const past_table &table) {
  TupleDesc descriptor = RelationGetDescr(table.relation);
  std::vector<pg::fragment> columns;
  for (AttrNumber column = 1; column <= descriptor->natts; ++column) {
    const FormData_pg_attribute &attribute = *TupleDescAttr(descriptor, column - 1);
    if (attribute.attisdropped)
      columns.emplace_back("NULL::pg_catalog.int4");
    else if (attribute.attgenerated || table.is_kept(column))
      columns.push_back(pg::columns_of("t", {NameStr(attribute.attname)}));
    else
      columns.push_back(pg::sql("NULL::{type}", "type"_is = pg::type_as_sql(attribute.atttypid)));
  }
  return pg::joined(columns);
}

} // namespace upkeep::history
