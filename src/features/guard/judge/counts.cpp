// What is in a table, be it here or in the shards of Citus.
#include "features/guard/judge/counts.hpp"

#include "postgres/as_owner.hpp"
#include "postgres/citus/on_shards.hpp"
#include "postgres/citus/shards.hpp"
#include "postgres/rows/row_count.hpp"
#include "postgres/sql/query.hpp"

#include <cinttypes>

namespace upkeep::guard {

using pg::call;

namespace {

// Each shard is asked by itself, in a transaction that does not see this one, and must not wait for it. nullopt where
// one of them cannot tell.
std::optional<tally> ask(Oid table, const char *counted, const std::string &column, const std::string &new_type = "") {
  const pg::fragment query = pg::sql("SELECT upkeep_internal.count_in_shard(%L, {counted}, {column}, {new_type})",
                                     "counted"_is = pg::literal{counted}, "column"_is = pg::in_command(column),
                                     "new_type"_is = pg::in_command(new_type));
  constexpr const char *hint = "If this transaction has altered the table before, commit that first.";
  tally sum;
  for (const std::string &answer : pg::ask_shards(table, query, hint)) {
    tally of_shard;
    if (sscanf(answer.c_str(), "{%" SCNu64 ",%" SCNu64 "}", &of_shard.rows, &of_shard.lost) != 2)
      return std::nullopt;
    sum += of_shard;
  }
  return sum;
}

std::string name_of(Relation relation, AttrNumber column) {
  return NameStr(TupleDescAttr(RelationGetDescr(relation), column - 1)->attname);
}

// By Citus itself, which sees what this transaction wrote. While an ALTER TABLE is under way it answers every query of
// distributed tables with no rows.
tally rows_in_shards(Oid table) {
  std::optional<tally> count;
  pg::as_owner(pg::owner_of(table), [&] {
    const pg::rows found =
        pg::execute(pg::sql("SELECT pg_catalog.count(*) FROM {table}", "table"_is = pg::table{table}));
    bool is_null = false;
    if (found.count() > 0) {
      const auto rows = static_cast<std::uint64_t>(DatumGetInt64(found.value(0, 1, is_null)));
      count = tally{rows, rows};
    }
  });
  return count ? *count : ask(table, "rows", "").value_or(tally{});
}

} // namespace

tally count_rows(Relation relation, std::uint64_t most) {
  return pg::has_shards(RelationGetRelid(relation)) ? rows_in_shards(RelationGetRelid(relation))
                                                    : pg::count_rows(relation, most);
}

tally count_values(Relation relation, AttrNumber column, std::uint64_t most) {
  return pg::has_shards(RelationGetRelid(relation))
             ? ask(RelationGetRelid(relation), "values", name_of(relation, column)).value_or(tally{})
             : pg::count_values(relation, column, most);
}

tally count_nulls(Relation relation, AttrNumber column, std::uint64_t most) {
  return pg::has_shards(RelationGetRelid(relation))
             ? ask(RelationGetRelid(relation), "nulls", name_of(relation, column)).value_or(tally{})
             : pg::count_nulls(relation, column, most);
}

pg::conversion_result count_changed(Relation relation, AttrNumber column, const ColumnDef *definition,
                                    std::uint64_t most, bool will_run, pg::renamed_label *&labels) {
  const Oid table = RelationGetRelid(relation);
  if (!pg::has_shards(table))
    return pg::count_changed(relation, column, definition, most, will_run, labels);
  std::string type = pg::string_from([=] {
    Oid found = InvalidOid;
    int32 modifier = -1;
    typenameTypeIdAndMod(nullptr, definition->typeName, &found, &modifier);
    return format_type_extended(found, modifier, FORMAT_TYPE_TYPEMOD_GIVEN | FORMAT_TYPE_FORCE_QUALIFY);
  });
  if (definition->raw_default) {
    const char *expression = pg::using_text(relation, definition, will_run);
    if (!expression)
      return {};
    type += fmt::format(" USING ({})", expression);
  }
  const std::optional<tally> count = ask(table, "changed", name_of(relation, column), type);
  // An expression that names the table's whole row says nothing in a shard: each value counts as lost.
  if (!count && definition->raw_default && will_run)
    return {true, count_values(relation, column, most)};
  return {count.has_value(), count.value_or(tally{})};
}

} // namespace upkeep::guard
