// What an alteration of a column would lose, or why it will fail.
#include "features/guard/judge/counts.hpp"
#include "features/guard/judge/judge.hpp"
#include "features/guard/renames/column_names.hpp"
#include "postgres/as_user.hpp"
#include "postgres/sql/query.hpp"

#include <algorithm>

namespace upkeep::guard {

using pg::call;

namespace {

bool is_generated(Oid table, const std::string &column) {
  bool generated = false;
  pg::with_relation(table, [&](Relation relation) {
    const AttrNumber number = column_in(relation, column);
    generated = number && TupleDescAttr(RelationGetDescr(relation), number - 1)->attgenerated != '\0';
  });
  return generated;
}

} // namespace

void judge::drop_column(const ddl_action &action, Oid table) {
  const std::string &column = action.names.front();
  const std::vector<Oid> tables = members(action, table);
  if (tables.empty())
    return;
  for (const Oid each : tables)
    pg::with_relation(each, [&](Relation relation) { found.settled.insert({each, column_in(relation, column)}); });
  const char *computed = is_generated(table, column)
                             ? "is generated, and can be computed again: nothing is lost with it"
                         : is_derived(table, column)
                             ? "is computed by a trigger of pg_upkeep, and can be computed again with today's settings"
                             : nullptr;
  if (computed)
    return say(remark::note, column_of(table, column), fmt::format("column {} {}", column_of(table, column), computed),
               "");
  if (may_count(table))
    for (const std::vector<Oid> &tree : trees(tables, true))
      lose(loss_kind::values, tree.front(), column,
           sum_over(filled(tree),
                    [&](Relation relation, std::uint64_t most) {
                      return count_values(relation, column_in(relation, column), most);
                    }),
           {}, renames_of(table, column));
}

void judge::change_type(const ddl_action &action, Oid table) {
  const std::string &column = action.names.front();
  const auto *definition = reinterpret_cast<const ColumnDef *>(action.part);
  const std::vector<Oid> tables = members(action, table);
  if (tables.empty() || is_generated(table, column) || !may_count(table))
    return;
  if (const int writer = file ? file->writer_of(table, column) : 0)
    return say(
        remark::note, column_of(table, column),
        fmt::format("statement {} writes the column: whether its new type keeps every value cannot be told", writer),
        "");
  const std::string type = pg::string_from([=] {
    int32 modifier;
    const Type found = LookupTypeName(nullptr, definition->typeName, &modifier, true);
    if (!found)
      return static_cast<char *>(nullptr);
    char *text = format_type_with_typemod(typeTypeId(found), modifier);
    ReleaseSysCache(found);
    return text;
  });
  bool is_known = !type.empty();
  pg::renamed_label *labels = nullptr;
  std::vector<std::pair<Oid, tally>> counts;
  for (const std::vector<Oid> &tree : trees(tables, true))
    counts.emplace_back(tree.front(), sum_over(filled(tree), [&](Relation relation, std::uint64_t most) {
                          const pg::conversion_result result =
                              is_known ? guard::count_changed(relation, column_in(relation, column), definition, most,
                                                              why == purpose::guard, labels)
                                       : pg::conversion_result{};
                          is_known &= result.is_known;
                          return result.count;
                        }));
  if (is_known)
    for (const auto &[top, count] : counts)
      lose(loss_kind::conversion, top, column, count, type);
  else if (why == purpose::review)
    say(remark::note, column_of(table, column),
        "whether the values survive cannot be told: the conversion fails, has no way back, or must not be tried here",
        "");
}

void judge::set_not_null(const ddl_action &action, Oid table) {
  const std::string &column = action.names.front();
  if (file->may_have_written(table, column) || is_filled_beside(column))
    return;
  const std::vector<Oid> tables = members(action, table);
  if (tables.empty() || !may_count(table))
    return;
  const tally count = sum_over(tables, [&](Relation relation, std::uint64_t most) {
    return count_nulls(relation, column_in(relation, column), most);
  });
  const std::string column_now = pg::quoted(file->column_now(table, column));
  if (count.lost > 0)
    say(remark::warn, column_of(table, column),
        fmt::format("SET NOT NULL will fail: {}", describe_missing(column_of(table, column), count)),
        fmt::format("Fill it first: UPDATE {} SET {} = ... WHERE {} IS NULL;", file->name_now(table, {}), column_now,
                    column_now));
}

namespace {

// A domain may bring a default.
bool has_default(const ColumnDef &column) {
  const TypeName *name = column.typeName;
  return call([=] {
    const Type found = LookupTypeName(nullptr, name, nullptr, true);
    if (!found)
      return false;
    const Oid type = typeTypeId(found);
    ReleaseSysCache(found);
    return get_typdefault(type) != nullptr;
  });
}

bool is_typed(const FormData_pg_attribute &attribute, Oid type, int32 modifier) {
  return attribute.atttypid == type && attribute.atttypmod == modifier;
}

// Added by a statement of this transaction: altering a column leaves the row that its catalogue had of it before.
bool is_new(const FormData_pg_attribute &attribute) {
  ScanKeyData keys[2];
  ScanKeyInit(&keys[0], Anum_pg_attribute_attrelid, BTEqualStrategyNumber, F_OIDEQ,
              ObjectIdGetDatum(attribute.attrelid));
  ScanKeyInit(&keys[1], Anum_pg_attribute_attnum, BTEqualStrategyNumber, F_INT2EQ, Int16GetDatum(attribute.attnum));
  Relation catalogue = table_open(AttributeRelationId, AccessShareLock);
  SysScanDesc scan = systable_beginscan(catalogue, AttributeRelidNumIndexId, true, SnapshotAny, 2, keys);
  bool was_there = false;
  while (HeapTuple row = systable_getnext(scan)) {
    const TransactionId maker = HeapTupleHeaderGetXmin(row->t_data);
    was_there |= !TransactionIdIsCurrentTransactionId(maker) && TransactionIdDidCommit(maker);
  }
  systable_endscan(scan);
  table_close(catalogue, AccessShareLock);
  return !was_there;
}

} // namespace

// A column that goes, and one of its type that comes: an ORM that cannot tell a new name from a new column writes both.
std::string judge::renames_of(Oid table, const std::string &column) const {
  std::vector<std::string> others;
  const auto add = [&](const std::string &name) {
    if (name != column && std::find(others.begin(), others.end(), name) == others.end())
      others.push_back(name);
  };
  pg::with_relation(table, [&](Relation relation) {
    const TupleDesc descriptor = RelationGetDescr(relation);
    const FormData_pg_attribute &old = *TupleDescAttr(descriptor, column_in(relation, column) - 1);
    for (const ddl_action &each : siblings) {
      if (each.kind != action_kind::add_column)
        continue;
      const auto *made = reinterpret_cast<const ColumnDef *>(each.part);
      if (call([&] {
            int32 modifier = -1;
            const Type type = made->typeName ? LookupTypeName(nullptr, made->typeName, &modifier, true) : nullptr;
            const bool is_same = type && is_typed(old, typeTypeId(type), modifier);
            if (type)
              ReleaseSysCache(type);
            return is_same;
          }))
        add(each.names.front());
    }
    for (int number = old.attnum; why == purpose::guard && number < descriptor->natts; ++number)
      if (const FormData_pg_attribute &each = *TupleDescAttr(descriptor, number);
          !each.attisdropped && is_typed(each, old.atttypid, old.atttypmod) && call([&] { return is_new(each); }))
        add(NameStr(each.attname));
    for (const added_column &each : file ? file->added : std::vector<added_column>{})
      if (each.table == table && is_typed(old, each.type, each.modifier))
        add(each.name);
  });
  std::string statements;
  // It takes the place of a statement of the file.
  const std::string name = file ? file->name_now(table, {}) : pg::qualified(table);
  const std::string column_now = file ? file->column_now(table, column) : column;
  for (const std::string &other : others)
    statements += fmt::format("{}ALTER TABLE {} RENAME COLUMN {} TO {};", statements.empty() ? "" : " or ", name,
                              pg::quoted(column_now), pg::quoted(other));
  return statements;
}

bool judge::is_dropped_beside(const ddl_action &action) const {
  return has_sibling(action_kind::drop_column, action.names.front());
}

bool judge::is_filled_beside(const std::string &column) const {
  return std::any_of(siblings.begin(), siblings.end(), [&](const ddl_action &each) {
    return each.kind == action_kind::change_type && each.names.front() == column &&
           reinterpret_cast<const ColumnDef *>(each.part)->raw_default;
  });
}

void judge::add_column(const ddl_action &action, Oid table) {
  const auto &column = *reinterpret_cast<const ColumnDef *>(action.part);
  const std::string &name = action.names.front();
  const bool is_there =
      file ? file->has_column(table, name) : call([&] { return get_attnum(table, name.c_str()); }) > 0;
  const char *lack = lack_of_value(&column);
  // What stands there already is left as it is, or refused for that reason.
  if ((is_there && !is_dropped_beside(action)) || (file && file->may_have_lost_rows(table)) ||
      (!has_default_clause(&column) && has_default(column)))
    return;
  add_bare_column(table, name, fmt::format("ADD COLUMN {} NOT NULL will fail: {}", pg::quoted(name), lack));
}

// In a filled table it fails. The guard looks for one row, as PostgreSQL is about to.
void judge::add_bare_column(Oid table, const std::string &column, const std::string &finding) {
  if (!guarded.guards(table) || !may_count(table))
    return;
  const tally count = sum_over(
      tree_of(table), [&](Relation relation, std::uint64_t most) { return count_rows(relation, file ? most : 1); });
  if (count.rows == 0)
    return;
  say(remark::warn, column_of(table, column),
      fmt::format("{}, and there {} {}", finding, file && count.rows == 1 ? "is" : "are",
                  file ? describe({loss_kind::rows, pg::qualified(table), count})
                       : fmt::format("rows in {}", pg::qualified(table))),
      "Give the column a DEFAULT; or add it without NOT NULL, fill it, and then SET NOT NULL.");
}

void judge::add_unique(const ddl_action &action, Oid table) {
  const auto is_index = [&] { return OidIsValid(get_relname_relid(action.unless.c_str(), get_rel_namespace(table))); };
  if (!action.unless.empty() && call([&] { return is_index(); }))
    return;
  const auto is_written = [&](const std::string &name) {
    return file->may_have_written(table, name) || is_filled_beside(name);
  };
  if (std::any_of(action.names.begin(), action.names.end(), is_written) || !may_count(table))
    return;
  bool is_countable = true;
  pg::with_relation(table, [&](Relation relation) {
    for (const std::string &name : action.names) {
      const AttrNumber column = column_in(relation, name);
      is_countable &= column && call([=] {
                        const Oid type = TupleDescAttr(RelationGetDescr(relation), column - 1)->atttypid;
                        return OidIsValid(lookup_type_cache(type, TYPECACHE_EQ_OPR)->eq_opr);
                      });
    }
  });
  // Not worth a second sort of a large table.
  if (!is_countable || !sum_over(tree_of(table), count_rows).is_complete)
    return;
  const std::string columns = pg::join_names(action.names);
  const pg::fragment list(columns);
  const pg::fragment given =
      action.nulls_are_equal ? pg::fragment() : pg::sql("WHERE ROW({columns}) IS NOT NULL", "columns"_is = list);
  const pg::fragment query = pg::sql(R"sql(
    SELECT FROM {table} {given} GROUP BY {columns} HAVING pg_catalog.count(*) [>] 1
  )sql",
                                     "table"_is = pg::table{table}, "given"_is = given, "columns"_is = list);
  std::uint64_t repeated = 0;
  pg::as_user(pg::owner_of(table), SECURITY_RESTRICTED_OPERATION | SECURITY_NOFORCE_RLS,
              [&] { repeated = pg::execute(query).count(); });
  if (repeated > 0)
    say(remark::warn, pg::qualified(table),
        fmt::format("a unique index on ({}) will fail: {} of {} {} more than once", columns,
                    repeated == 1 ? "1 value" : fmt::format("{} values", repeated), pg::qualified(table),
                    repeated == 1 ? "occurs" : "occur"),
        fmt::format("To see them: SELECT {}, count(*) FROM {} GROUP BY {} HAVING count(*) > 1;", columns,
                    pg::qualified(table), columns));
}

} // namespace upkeep::guard
