#include "postgres/rows/unique_index.hpp"

#include "core/text/joined.hpp"
#include "postgres/sql/query.hpp"

#include <algorithm>
#include <set>

namespace upkeep::pg {

namespace {

// Columns by their names: partitions number them each in its own way.
using column_names = std::set<std::string>;

// What a unique index of the table must have beside its key: the columns that chose the table, and those that choose
// its partitions.
column_names partition_columns(Oid table) {
  const parameter parameters[] = {parameter::oid(table)};
  const rows found = execute(sql(R"sql(
    SELECT DISTINCT a.attname
    FROM (SELECT relid FROM pg_partition_tree($1) UNION SELECT relid FROM pg_partition_ancestors($1)) t
    JOIN pg_partitioned_table p ON p.partrelid = t.relid
    JOIN pg_attribute a ON a.attrelid = t.relid AND a.attnum = ANY (p.partattrs::int2[])
    WHERE a.attnum > 0
  )sql"),
                             parameters);
  column_names names;
  for (std::uint64_t row = 0; row < found.count(); ++row)
    names.insert(found.text(row, 1).value());
  return names;
}

struct index_facts {
  std::string name;
  column_names columns; // empty where it has expressions
  std::string weakness; // why it does not count, or ""
};

// Whether what the index takes for equal is what the columns take for equal.
bool has_usual_equality(Relation index, Relation table) {
  return call([=] {
    for (int i = 0; i < index->rd_index->indnkeyatts; ++i) {
      const FormData_pg_attribute &column =
          *TupleDescAttr(RelationGetDescr(table), index->rd_index->indkey.values[i] - 1);
      const Oid own = index->rd_indcollation[i];
      const bool same_collation = own == column.attcollation || (get_collation_isdeterministic(own) &&
                                                                 get_collation_isdeterministic(column.attcollation));
      const Oid equals = get_opfamily_member(index->rd_opfamily[i], index->rd_opcintype[i], index->rd_opcintype[i],
                                             BTEqualStrategyNumber);
      if (!same_collation || equals != lookup_type_cache(getBaseType(column.atttypid), TYPECACHE_EQ_OPR)->eq_opr)
        return false;
    }
    return true;
  });
}

std::string weakness_of(Relation index, Relation table) {
  const FormData_pg_index &form = *index->rd_index;
  if (!form.indisvalid || !form.indisready)
    return "is not valid";
  if (!form.indimmediate)
    return "is deferrable";
  if (!call([=] { return heap_attisnull(index->rd_indextuple, Anum_pg_index_indpred, nullptr); }))
    return "is partial";
  return has_usual_equality(index, table) ? "" : "compares differently from the columns";
}

index_facts facts_of(Relation index, Relation table) {
  const FormData_pg_index &form = *index->rd_index;
  index_facts facts{RelationGetRelationName(index), {}, {}};
  for (int i = 0; i < form.indnkeyatts; ++i) {
    if (form.indkey.values[i] <= 0)
      return {facts.name, {}, {}};
    facts.columns.emplace(NameStr(TupleDescAttr(RelationGetDescr(table), form.indkey.values[i] - 1)->attname));
  }
  facts.weakness = weakness_of(index, table);
  return facts;
}

std::vector<index_facts> unique_indexes(Relation table) {
  std::vector<index_facts> found;
  const List *indexes = call([=] { return RelationGetIndexList(table); });
  const ListCell *cell;
  foreach (cell, indexes) {
    const Oid oid = lfirst_oid(cell);
    call([=] { LockRelationOid(oid, AccessShareLock); });
    with_relation(oid, [&](Relation index) {
      const FormData_pg_index &form = *index->rd_index;
      if (form.indisunique && !form.indisexclusion)
        found.push_back(facts_of(index, table));
    });
  }
  return found;
}

bool includes(const column_names &all, const column_names &some) {
  return std::includes(all.begin(), all.end(), some.begin(), some.end());
}

// Columns of which some are unique are unique.
bool covers(const column_names &index, const column_names &key, const column_names &partitioned_by) {
  if (index.empty() || includes(key, index))
    return !index.empty();
  column_names most = key;
  most.insert(partitioned_by.begin(), partitioned_by.end());
  return includes(index, key) && includes(most, index);
}

std::string list_of(const std::vector<std::string> &names) {
  std::vector<std::string> list;
  for (const std::string &name : names)
    list.push_back(quoted(name));
  return joined(list, ", ");
}

// Where one more column makes the key unique, it may be the tenant's.
std::string hint_for(Relation table, const std::vector<std::string> &key, const column_names &partitioned_by,
                     const std::vector<index_facts> &indexes) {
  const std::string table_name = qualified(RelationGetRelid(table));
  std::vector<std::string> columns = key;
  for (const std::string &column : partitioned_by)
    if (std::find(key.begin(), key.end(), column) == key.end())
      columns.push_back(column);
  const std::string create = fmt::format("CREATE UNIQUE INDEX ON {} ({});", table_name, list_of(columns));
  for (const index_facts &index : indexes)
    if (key.size() == 1 && index.weakness.empty() && index.columns.size() == 2 && index.columns.contains(key.front())) {
      const std::string &other =
          *index.columns.begin() == key.front() ? *index.columns.rbegin() : *index.columns.begin();
      return fmt::format("If each \"{0}\" has keys of its own, pass tenant_column => '{0}'; else {1}", other, create);
    }
  return create;
}

} // namespace

void require_unique_key(Relation table, const std::vector<std::string> &key, const char *what) {
  const column_names columns(key.begin(), key.end()), partitioned_by = partition_columns(RelationGetRelid(table));
  const std::vector<index_facts> indexes = unique_indexes(table);
  std::string detail = fmt::format("Looking up {} by {} may find several.", what, key.size() == 1 ? "it" : "them");
  for (const index_facts &index : indexes) {
    if (!covers(index.columns, columns, partitioned_by))
      continue;
    if (index.weakness.empty())
      return;
    detail += fmt::format(" Unique index \"{}\" {}.", index.name, index.weakness);
  }
  const bool one = key.size() == 1;
  throw fault{.sqlstate = sqlstate::invalid_column_reference,
              .message =
                  fmt::format("column{} {} of table \"{}\" {} no unique index", one ? "" : "s",
                              fmt::format("\"{}\"", joined(key, "\", \"")), table_name(table), one ? "has" : "have"),
              .detail = detail,
              .hint = hint_for(table, key, partitioned_by, indexes)};
}

} // namespace upkeep::pg
