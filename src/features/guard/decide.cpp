// Whether what was found may be lost.
#include "features/guard/approvals.hpp"
#include "features/guard/exemptions.hpp"
#include "features/guard/guard.hpp"
#include "features/guard/judge/counts.hpp"
#include "postgres/as_user.hpp"
#include "postgres/relation.hpp"
#include "postgres/sql/query.hpp"

#include <algorithm>

namespace upkeep::guard {

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
      total += column ? count_values(relation, column, UINT64_MAX).lost : count_rows(relation, UINT64_MAX).rows;
    });
  return total;
}

void require_expected(const std::string &command, const std::string &object, std::uint64_t count, const approval &given,
                      const char *lost = "row") {
  if (!given.expect_rows || *given.expect_rows == count)
    return;
  throw fault{.sqlstate = sqlstate::destructive_ddl,
              .message = fmt::format("{} would lose {} {}{} of {}, and {} {} expected", command, count, lost,
                                     count == 1 ? "" : "s", object, *given.expect_rows,
                                     *given.expect_rows == 1 ? "was" : "were"),
              .hint = "Look at what has changed meanwhile; then confirm the current number."};
}

// Straight to PostgreSQL: names of many objects may be longer than what the boundary keeps of a fault.
void say(int level, const std::string &message, const std::string &hint) {
  call([&] {
    ereport(level, errcode(MAKE_SQLSTATE('U', 'K', '0', '0', '7')), errmsg("%s", message.c_str()),
            errhint("%s", hint.c_str()));
  });
}

// A yes of a schema serves all tables of it that one command loses, and what it expects is their sum.
void take_schema_approvals(const std::string &command, std::vector<found_loss> &open, served_schemas &served,
                           confirmations &given) {
  std::map<Oid, std::string> schemas;
  for (const found_loss &each : open)
    if (each.what.kind == loss_kind::rows)
      schemas[each.schema] = pg::quoted(each.schema_name);
  for (const auto &[schema, name] : schemas) {
    std::optional<approval> approved;
    if (!served.contains(schema)) {
      approved = take_approval(NamespaceRelationId, schema, {});
      if (!approved)
        continue;
      served[schema] = approved->name();
    }
    std::uint64_t total = 0;
    std::erase_if(open, [&](const found_loss &each) {
      if (each.what.kind != loss_kind::rows || each.schema != schema)
        return false;
      total += approved && approved->expect_rows ? lost_exactly(each) : 0;
      given[{each.table, each.column}] = served[schema];
      return true;
    });
    if (approved)
      require_expected(command, fmt::format("schema {}", name), total, *approved);
  }
}

bool has_rights_to_schema(Oid role, Oid schema) {
  bool owns = false;
  pg::as_user(role, 0, [&] { owns = owns_schema(schema); });
  return owns;
}

bool may_call(Oid role) {
  return OidIsValid(role) && call([=] { return pg::may_use_schema(get_namespace_oid("upkeep", false), role); });
}

// Whether a role may confirm that a table or column goes; its owner may be unknown by now.
bool may_confirm(Oid role, const found_loss &each) {
  return may_call(role) &&
         (call([&] { return has_privs_of_role(role, each.owner); }) || has_rights_to_schema(role, each.schema));
}

// Whether the caller may, and the name alone does not mean a table, which would be confirmed instead.
bool can_confirm_schema(const std::string &name) {
  return owns_schema(call([&] { return get_namespace_oid(name.c_str(), true); })) &&
         !OidIsValid(call([&] { return RelnameGetRelid(name.c_str()); }));
}

// What lets go what the caller may confirm.
std::string hint_for_caller(const std::vector<found_loss> &own) {
  std::vector<loss> missing;
  std::set<std::string> schemas;
  bool by_schema = true;
  for (const found_loss &each : own) {
    missing.push_back(each.what);
    if (each.what.kind == loss_kind::rows && schemas.insert(pg::quoted(each.schema_name)).second)
      by_schema &= can_confirm_schema(each.schema_name);
  }
  if (!by_schema)
    schemas.clear();
  return own.empty() ? "" : loss_hint(missing, std::vector<std::string>(schemas.begin(), schemas.end()));
}

// And who can let the rest go.
std::string hint_for_owners(const std::vector<found_loss> &others) {
  std::map<std::string, std::vector<loss>> owners;
  for (const found_loss &each : others)
    owners[may_call(each.owner)
               ? "role " + pg::quoted(pg::string_from([&] { return GetUserNameFromId(each.owner, true); }))
               : "a superuser"]
        .push_back(each.what);
  std::string hint;
  for (const auto &[owner, missing] : owners)
    hint += (hint.empty() ? "" : " ") + owner_hint(owner, missing);
  return hint;
}

} // namespace

confirmations decide(const std::string &command, std::span<const found_loss> losses, served_schemas &served) {
  confirmations given;
  std::vector<found_loss> open;
  for (const found_loss &each : losses) {
    if (const auto approved = take_approval(RelationRelationId, each.table, each.column)) {
      require_expected(command, each.what.object, approved->expect_rows ? lost_exactly(each) : 0, *approved,
                       each.column.empty() ? "row" : "value");
      given[{each.table, each.column}] = approved->name();
    } else if (lost(each) > 0 && each.what.kind == loss_kind::rows && is_exempt(each.table)) {
      given[{each.table, each.column}] = "guard_exempt";
    } else if (lost(each) > 0) {
      open.push_back(each);
    }
  }
  take_schema_approvals(command, open, served, given);
  if (open.empty())
    return given;
  bool blocks = false;
  std::vector<loss> missing;
  std::vector<found_loss> own, others;
  const Oid caller = call([] { return GetUserId(); });
  for (const found_loss &each : open) {
    blocks |= each.blocks;
    missing.push_back(each.what);
    (may_confirm(caller, each) ? own : others).push_back(each);
    given[{each.table, each.column}] = "warn";
  }
  const std::string message = loss_message(command, missing);
  const std::string for_caller = hint_for_caller(own), for_owners = hint_for_owners(others);
  const std::string hint = for_caller + (for_caller.empty() || for_owners.empty() ? "" : " ") + for_owners;
  // Some tools show warnings only, others errors only: the same text goes out as both.
  say(WARNING, message, hint);
  if (blocks)
    say(ERROR, message, hint);
  return given;
}

} // namespace upkeep::guard
