// What an alteration of a column would lose, or why it will fail.
#include "features/guard/column_names.hpp"
#include "features/guard/judge.hpp"
#include "features/guard/judge_counts.hpp"
#include "postgres/conversion.hpp"
#include "postgres/row_count.hpp"

namespace upkeep {

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
    lose(loss_kind::values, guarded.guards(table) ? table : tables.front(), column,
         sum_over(tables, [&](Relation relation, std::uint64_t most) {
           return pg::count_values(relation, column_in(relation, column), most);
         }));
}

void judge::change_type(const ddl_action &action, Oid table) {
  const std::string &column = action.names.front();
  const auto *definition = reinterpret_cast<const ColumnDef *>(action.part);
  const std::vector<Oid> tables = members(action, table);
  if (tables.empty() || is_generated(table, column) || !may_count(table))
    return;
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
  const tally count = sum_over(tables, [&](Relation relation, std::uint64_t most) {
    const pg::conversion_result result = is_known ? pg::count_changed(relation, column_in(relation, column), definition,
                                                                      most, why == purpose::guard, labels)
                                                  : pg::conversion_result{};
    is_known &= result.is_known;
    return result.count;
  });
  if (is_known)
    lose(loss_kind::conversion, guarded.guards(table) ? table : tables.front(), column, count, type);
  else if (why == purpose::review)
    say(remark::note, column_of(table, column),
        "whether the values keep all they are cannot be told: the conversion fails, has no way back, or is not to be "
        "tried here",
        "");
}

void judge::set_not_null(const ddl_action &action, Oid table) {
  const std::string &column = action.names.front();
  const std::vector<Oid> tables = members(action, table);
  if (tables.empty() || !may_count(table))
    return;
  const tally count = sum_over(tables, [&](Relation relation, std::uint64_t most) {
    return pg::count_nulls(relation, column_in(relation, column), most);
  });
  if (count.lost > 0)
    say(remark::warn, column_of(table, column),
        fmt::format("SET NOT NULL will fail: {}", describe_missing(column_of(table, column), count)),
        fmt::format("Fill it first: UPDATE {} SET {} = ... WHERE {} IS NULL;", pg::qualified(table), pg::quoted(column),
                    pg::quoted(column)));
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

} // namespace

void judge::add_not_null_column(const ddl_action &action, Oid table) {
  if (!guarded.guards(table) || !may_count(table) || has_default(*reinterpret_cast<const ColumnDef *>(action.part)))
    return;
  const std::vector<Oid> tables = pg::with_descendants(table, lock);
  const tally count = sum_over(tables, pg::count_rows);
  if (count.rows > 0)
    say(remark::warn, column_of(table, action.names.front()),
        fmt::format("ADD COLUMN {} NOT NULL will fail: it has no default, and there are {}",
                    pg::quoted(action.names.front()), describe({loss_kind::rows, pg::qualified(table), count})),
        "Give the column a DEFAULT; or add it without NOT NULL, fill it, and then SET NOT NULL.");
}

void judge::add_unique(const ddl_action &action, Oid table) {
  if (!guarded.guards(table) || !may_count(table))
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
  if (!is_countable || !sum_over(pg::with_descendants(table, AccessShareLock), pg::count_rows).is_complete)
    return;
  const std::string columns = pg::join_names(action.names);
  const std::string query = fmt::format(
      "SELECT FROM {} WHERE ROW({}) IS NOT NULL GROUP BY {} HAVING pg_catalog.count(*) OPERATOR(pg_catalog.>) 1",
      pg::qualified(table), columns, columns);
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

} // namespace upkeep
