#include "postgres/relation.hpp"

#include "core/text/joined.hpp"
#include "postgres/citus/colocation.hpp"
#include "postgres/citus/shards.hpp"
#include "postgres/missing_column.hpp"

#include <algorithm>

namespace upkeep::pg {

Relation open_locked(Oid table) {
  return call([=] { return relation_open(table, NoLock); });
}
void close_locked(Relation relation) {
  call([=] { relation_close(relation, NoLock); });
}

namespace {

const char *kind_name(char kind) {
  switch (kind) {
  case RELKIND_VIEW:
    return "a view";
  case RELKIND_MATVIEW:
    return "a materialized view";
  case RELKIND_FOREIGN_TABLE:
    return "a foreign table";
  case RELKIND_SEQUENCE:
    return "a sequence";
  case RELKIND_COMPOSITE_TYPE:
    return "a composite type";
  case RELKIND_INDEX:
  case RELKIND_PARTITIONED_INDEX:
    return "an index";
  default:
    return "not a table";
  }
}

void require_owner(Oid table) {
  if (!call([=] { return owns_table(table, GetUserId()); }))
    throw fault{.sqlstate = sqlstate::insufficient_privilege,
                .message = fmt::format("must be owner of table {}", table_name(table)),
                .hint = "Let the table's owner call this, or a member of the owner's role."};
}

} // namespace

void require_own_table(Oid table, const char *verb, LOCKMODE lock) {
  const char kind = call([=] { return get_rel_relkind(table); });
  if (kind == '\0')
    throw fault{.sqlstate = sqlstate::undefined_table,
                .message = fmt::format("there is no table with oid {}", table),
                .hint = "Pass the table's name: 'schema.table'."};
  if (kind != RELKIND_RELATION && kind != RELKIND_PARTITIONED_TABLE)
    throw fault{.sqlstate = sqlstate::wrong_object_type,
                .message = fmt::format("cannot {} on \"{}\": it is {}", verb, table_name(table), kind_name(kind)),
                .hint = kind == RELKIND_VIEW ? "Call it for the tables behind the view."
                                             : "Call it for an ordinary or partitioned table."};
  // Before the lock, so that nobody can block another's table; and after it, for the owner may have changed.
  require_owner(table);
  call([=] { LockRelationOid(table, lock); });
  if (call([=] { return get_rel_relkind(table); }) == '\0')
    throw fault{.sqlstate = sqlstate::undefined_table,
                .message = fmt::format("the table with oid {} was dropped meanwhile", table)};
  require_owner(table);
}

AttrNumber find_column(TupleDesc descriptor, const std::string &name) {
  for (int i = 0; i < descriptor->natts; ++i) {
    const FormData_pg_attribute &attribute = *TupleDescAttr(descriptor, i);
    if (!attribute.attisdropped && name == NameStr(attribute.attname))
      return attribute.attnum;
  }
  return InvalidAttrNumber;
}

AttrNumber require_column(Relation relation, const std::string &name, const char *enable) {
  const AttrNumber column = find_column(RelationGetDescr(relation), name);
  if (column == InvalidAttrNumber)
    missing_columns(relation, {name}, enable);
  return column;
}

void missing_columns(Relation relation, std::vector<std::string> columns, const char *enable) {
  const Oid table = RelationGetRelid(relation);
  // A partition has its columns and its trigger from its root.
  const std::string root = table_name(topmost(table));
  throw missing_column{
      {sqlstate::undefined_column,
       fmt::format("column{} \"{}\" of table \"{}\" do{} not exist", columns.size() == 1 ? "" : "s",
                   joined(columns, "\", \""), table_name(relation), columns.size() == 1 ? "es" : ""),
       {},
       fmt::format("If {} renamed or dropped, call upkeep.{} again with the columns that \"{}\" has now.",
                   columns.size() == 1 ? "it was" : "they were", enable, root)},
      table,
      std::move(columns)};
}

void require_columns(Relation relation, const std::vector<std::string> &columns, const char *enable) {
  std::vector<std::string> missing;
  for (const std::string &column : columns)
    if (find_column(RelationGetDescr(relation), column) == InvalidAttrNumber)
      missing.push_back(column);
  if (!missing.empty())
    missing_columns(relation, std::move(missing), enable);
}

std::vector<Oid> with_descendants(Oid table, LOCKMODE lock) {
  const List *found = call([=] { return find_all_inheritors(table, lock, nullptr); });
  std::vector<Oid> tables;
  const ListCell *cell;
  foreach (cell, found) {
    const Oid each = lfirst_oid(cell);
    if (call([=] { return get_rel_relkind(each); }) != RELKIND_FOREIGN_TABLE)
      tables.push_back(each);
  }
  return tables;
}

namespace {

List *parents_of(Oid table) {
  Relation catalogue = table_open(InheritsRelationId, AccessShareLock);
  ScanKeyData key;
  ScanKeyInit(&key, Anum_pg_inherits_inhrelid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(table));
  SysScanDesc scan = systable_beginscan(catalogue, InheritsRelidSeqnoIndexId, true, nullptr, 1, &key);
  List *parents = NIL;
  while (HeapTuple row = systable_getnext(scan))
    parents = lappend_oid(parents, reinterpret_cast<Form_pg_inherits>(GETSTRUCT(row))->inhparent);
  systable_endscan(scan);
  table_close(catalogue, AccessShareLock);
  return parents;
}

} // namespace

std::vector<Oid> ancestors(Oid table) {
  std::vector<Oid> found{table};
  for (std::size_t next = 0; next < found.size(); ++next) {
    const Oid child = found[next];
    const List *parents = call([=] { return parents_of(child); });
    const ListCell *cell;
    foreach (cell, parents)
      if (std::find(found.begin(), found.end(), lfirst_oid(cell)) == found.end())
        found.push_back(lfirst_oid(cell));
  }
  found.erase(found.begin());
  return found;
}

std::vector<Oid> inheritance_children(Oid table) {
  if (call([=] { return get_rel_relkind(table); }) == RELKIND_PARTITIONED_TABLE)
    return {};
  std::vector<Oid> children = with_descendants(table, ShareRowExclusiveLock);
  std::erase(children, table);
  return children;
}

Oid topmost(Oid table) {
  return call([=] {
    const List *ancestors = get_rel_relispartition(table) ? get_partition_ancestors(table) : NIL;
    return ancestors ? llast_oid(ancestors) : table;
  });
}

bool belongs_to_extension(Oid table) {
  const Oid root = topmost(table);
  return call([=] { return OidIsValid(getExtensionOfObject(RelationRelationId, root)); });
}

namespace {

std::optional<Oid> find_by_name(const std::string &name, Oid beside) {
  const std::vector<std::string> parts = split_names(name, "a table's name", '.');
  if (parts.empty() || parts.size() > 2)
    throw fault{.sqlstate = sqlstate::invalid_parameter_value,
                .message = fmt::format("invalid table name: \"{}\"", name),
                .hint = "Write schema.table, with double quotes where SQL needs them."};
  // Without a look at privileges: a writer need not be allowed to use the schema of what a trigger refers to.
  const Oid found = call([&] {
    const Oid space = parts.size() == 2 ? get_namespace_oid(parts[0].c_str(), true) : get_rel_namespace(beside);
    return OidIsValid(space) ? get_relname_relid(parts.back().c_str(), space) : InvalidOid;
  });
  return OidIsValid(found) ? std::optional(found) : std::nullopt;
}

} // namespace

std::optional<Oid> find_sibling(const std::string &name, Oid beside) {
  const std::optional<Oid> found = find_by_name(name, beside);
  return found ? beside_shard(*found, beside) : std::nullopt;
}

namespace {

[[noreturn]] void no_sibling(const std::string &name, Relation beside) {
  const Oid self = RelationGetRelid(beside);
  if (const std::optional<Oid> found = find_by_name(name, self))
    refuse_apart(*found, logical_table(self));
  if (is_shard(self))
    throw fault{.sqlstate = sqlstate::feature_not_supported,
                .message = fmt::format("table \"{}\" named by a trigger of \"{}\" is not distributed", name,
                                       table_name(beside)),
                .hint = "Distribute it by the tenant too: the nodes of Citus know no other tables."};
  throw fault{.sqlstate = sqlstate::undefined_table,
              .message =
                  fmt::format("table \"{}\" named by a trigger of \"{}\" does not exist", name, table_name(beside)),
              .hint = "If it was renamed, enable the feature again; if it was dropped, drop the trigger, which "
                      "upkeep.check() names."};
}

// nullopt too where a plain table names one that is distributed, or the other way round: no row would be found there.
// A sequence is the same everywhere.
std::optional<Oid> find_reachable(const std::string &name, Oid beside) {
  const std::optional<Oid> found = find_sibling(name, beside);
  const bool is_reachable = !found || is_shard(beside) || lies_beside(*found, beside) ||
                            call([=] { return get_rel_relkind(*found); }) == RELKIND_SEQUENCE;
  return is_reachable ? found : std::nullopt;
}

} // namespace

Oid resolve_table(const std::string &name, Relation beside) {
  const Oid self = RelationGetRelid(beside);
  if (const std::optional<Oid> found = find_reachable(name, self))
    return *found;
  no_sibling(name, beside);
}

Oid resolve_and_lock(const std::string &name, Relation beside, LOCKMODE lock) {
  const Oid self = RelationGetRelid(beside);
  if (const std::optional<Oid> found = lock_found(lock, [&] { return find_reachable(name, self); }))
    return *found;
  no_sibling(name, beside);
}

fragment type_as_sql(Oid type) {
  return fragment(string_from([=] {
    const HeapTuple found = SearchSysCache1(TYPEOID, ObjectIdGetDatum(getBaseType(type)));
    const FormData_pg_type &of = *reinterpret_cast<Form_pg_type>(GETSTRUCT(found));
    char *text = quote_qualified_identifier(get_namespace_name(of.typnamespace), NameStr(of.typname));
    ReleaseSysCache(found);
    return text;
  }));
}

bool is_filtered(Oid table) {
  return call([=] { return check_enable_rls(table, InvalidOid, true) == RLS_ENABLED; });
}

bool may_read(Oid table) {
  return call([=] {
           return may_use_schema(get_rel_namespace(table), GetUserId()) &&
                  pg_class_aclcheck(table, GetUserId(), ACL_SELECT) == ACLCHECK_OK;
         }) &&
         !is_filtered(table);
}

char category_of(Oid type) {
  char category = '\0';
  bool is_preferred = false;
  call([&] { get_type_category_preferred(type, &category, &is_preferred); });
  return category;
}

std::optional<Oid> referenced_table(Relation child, const std::vector<std::string> &columns) {
  const List *keys = call([=] { return RelationGetFKeyList(child); });
  const ListCell *cell;
  foreach (cell, keys) {
    const ForeignKeyCacheInfo &key = *lfirst_node(ForeignKeyCacheInfo, cell);
    bool same = key.nkeys == static_cast<int>(columns.size());
    for (int i = 0; same && i < key.nkeys; ++i)
      same = find_column(RelationGetDescr(child), columns[i]) == key.conkey[i];
    if (same)
      return key.confrelid;
  }
  return std::nullopt;
}

Oid owner_of(Oid table) {
  return call([=] {
    HeapTuple found = SearchSysCache1(RELOID, ObjectIdGetDatum(table));
    if (!HeapTupleIsValid(found))
      return InvalidOid;
    const Oid owner = reinterpret_cast<Form_pg_class>(GETSTRUCT(found))->relowner;
    ReleaseSysCache(found);
    return owner;
  });
}

bool has_rights_of_owner(Oid role, Oid table) {
  const Oid owner = owner_of(table);
  return OidIsValid(owner) && call([=] { return has_privs_of_role(role, owner); });
}

void require_role_of(Oid role, Oid table, Oid owner) {
  if (!call([=] { return has_privs_of_role(role, owner); }))
    throw fault{
        .sqlstate = sqlstate::insufficient_privilege,
        .message = fmt::format("must be owner of table {}", table_name(table)),
        .hint = "One table works on the other for whoever writes: its owner must be the owner of both, or a member of "
                "that role."};
  // A view in place of a table would run its owner's functions for anyone who writes.
  const char kind = call([=] { return get_rel_relkind(table); });
  if (kind != RELKIND_RELATION && kind != RELKIND_PARTITIONED_TABLE)
    throw fault{.sqlstate = sqlstate::wrong_object_type,
                .message =
                    fmt::format("\"{}\", which a trigger names as a table, is {}", table_name(table), kind_name(kind)),
                .hint = "Drop the trigger, or enable the feature again with an ordinary or partitioned table."};
}

bool has_default(Relation relation, AttrNumber column) {
  const Node *expression = static_cast<const Node *>(call([=] { return build_column_default(relation, column); }));
  return expression && !(IsA(expression, Const) && reinterpret_cast<const Const *>(expression)->constisnull);
}

fragment own_rows_of(Oid table) {
  const bool is_plain = call([=] { return get_rel_relkind(table); }) == RELKIND_RELATION;
  return fragment((is_plain ? "ONLY " : "") + qualified(table));
}

std::vector<std::string> primary_key(Relation relation) {
  std::vector<std::string> names;
  call([=] { list_free(RelationGetIndexList(relation)); });
  if (!OidIsValid(relation->rd_pkindex))
    return names;
  HeapTuple found = call([=] { return SearchSysCache1(INDEXRELID, ObjectIdGetDatum(relation->rd_pkindex)); });
  const FormData_pg_index &index = *reinterpret_cast<Form_pg_index>(GETSTRUCT(found));
  for (int i = 0; i < index.indnkeyatts; ++i)
    names.emplace_back(NameStr(TupleDescAttr(RelationGetDescr(relation), index.indkey.values[i] - 1)->attname));
  call([=] { ReleaseSysCache(found); });
  return names;
}

bool is_temporary(Relation relation) { return relation->rd_rel->relpersistence == RELPERSISTENCE_TEMP; }

} // namespace upkeep::pg
