// Whether what was found may be lost.
#include "features/guard/approvals.hpp"
#include "features/guard/guard.hpp"
#include "postgres/relation.hpp"
#include "postgres/row_count.hpp"

#include <algorithm>

namespace upkeep {

using pg::call;

namespace {

std::uint64_t lost(const found_loss &each) {
  return each.what.kind == loss_kind::rows ? each.what.count.rows : each.what.count.lost;
}

// Where the count stopped early, the rest is counted now: an expectation is exact. What a conversion changes is not
// counted twice.
std::uint64_t lost_exactly(const found_loss &each) {
  const bool is_gone = call([&] { return get_rel_relkind(each.table); }) == '\0';
  if (each.what.count.is_complete || each.what.kind == loss_kind::conversion || is_gone)
    return lost(each);
  std::uint64_t total = 0;
  for (const Oid table : pg::with_descendants(each.table, AccessShareLock))
    pg::with_relation(table, [&](Relation relation) {
      const AttrNumber column = each.column.empty() ? 0 : pg::find_column(RelationGetDescr(relation), each.column);
      total += column ? pg::count_values(relation, column, UINT64_MAX).lost : pg::count_rows(relation, UINT64_MAX).rows;
    });
  return total;
}

void require_expected(const std::string &command, const std::string &object, std::uint64_t count, const approval &given,
                      const char *lost = "row") {
  if (!given.expect_rows || *given.expect_rows == count)
    return;
  throw fault{sqlstate::destructive_ddl,
              fmt::format("{} would lose {} {}{} of {}, and {} {} expected", command, count, lost,
                          count == 1 ? "" : "s", object, *given.expect_rows, *given.expect_rows == 1 ? "was" : "were"),
              {},
              "Look at what has changed meanwhile; then confirm the number that it is now."};
}

// Straight to PostgreSQL: names of many objects may be longer than what the boundary keeps of a fault.
void say(int level, const std::string &message, const std::string &hint) {
  call([&] {
    ereport(level, errcode(MAKE_SQLSTATE('U', 'K', '0', '0', '7')), errmsg("%s", message.c_str()),
            errhint("%s", hint.c_str()));
  });
}

// A confirmation of a schema serves all tables of it that one command loses.
void take_schema_approvals(const std::string &command, std::vector<found_loss> &open, confirmations &given) {
  std::map<Oid, std::string> schemas;
  for (const found_loss &each : open)
    if (each.what.kind == loss_kind::rows)
      schemas[each.schema] = pg::quoted(each.schema_name);
  for (const auto &[schema, name] : schemas) {
    const auto approved = take_approval(NamespaceRelationId, schema, {});
    if (!approved)
      continue;
    std::uint64_t total = 0;
    std::erase_if(open, [&](const found_loss &each) {
      if (each.what.kind != loss_kind::rows || each.schema != schema)
        return false;
      total += approved->expect_rows ? lost_exactly(each) : 0;
      given[{each.table, each.column}] = approved->name();
      return true;
    });
    require_expected(command,
                     fmt::format("schema {}", pg::quoted(pg::string_from([=] { return get_namespace_name(schema); }))),
                     total, *approved);
  }
}

// Whether the caller may, and its name alone is not a table's that he would confirm instead.
bool can_confirm_schema(const std::string &name) {
  return owns_schema(call([&] { return get_namespace_oid(name.c_str(), true); })) &&
         !OidIsValid(call([&] { return RelnameGetRelid(name.c_str()); }));
}

} // namespace

confirmations decide(const std::string &command, std::span<const found_loss> losses) {
  confirmations given;
  std::vector<found_loss> open;
  for (const found_loss &each : losses) {
    const auto approved = take_approval(RelationRelationId, each.table, each.column);
    if (!approved) {
      if (lost(each) > 0)
        open.push_back(each);
      continue;
    }
    require_expected(command, each.what.object, approved->expect_rows ? lost_exactly(each) : 0, *approved,
                     each.column.empty() ? "row" : "value");
    given[{each.table, each.column}] = approved->name();
  }
  take_schema_approvals(command, open, given);
  if (open.empty())
    return given;
  bool blocks = false;
  std::vector<loss> missing;
  std::set<std::string> schemas;
  bool by_schema = true;
  for (const found_loss &each : open) {
    blocks |= each.blocks;
    missing.push_back(each.what);
    if (each.what.kind == loss_kind::rows && schemas.insert(pg::quoted(each.schema_name)).second)
      by_schema &= can_confirm_schema(each.schema_name);
    given[{each.table, each.column}] = "warn";
  }
  const std::string message = loss_message(command, missing);
  if (!by_schema)
    schemas.clear();
  const std::string hint = loss_hint(missing, std::vector<std::string>(schemas.begin(), schemas.end()));
  // Some tools show warnings only, others errors only: the same text goes out as both.
  say(WARNING, message, hint);
  if (blocks)
    say(ERROR, message, hint);
  return given;
}

} // namespace upkeep
