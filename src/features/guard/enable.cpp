// upkeep.enable_guard and disable_guard: the rules, and the triggers on the tables of their schemas.
#include "features/catalogue.hpp"
#include "features/guard/guard.hpp"
#include "features/registry.hpp"
#include "postgres/as_user.hpp"
#include "postgres/create_trigger.hpp"
#include "postgres/relation.hpp"
#include "postgres/sql/arguments.hpp"
#include "postgres/sql/query.hpp"

#include <algorithm>

namespace upkeep::guard {

using pg::call;

namespace {

constexpr const char *modes[] = {"block", "warn"};

void require_mode(const std::string &mode) {
  if (std::find(std::begin(modes), std::end(modes), mode) == std::end(modes))
    throw fault{.sqlstate = sqlstate::invalid_parameter_value,
                .message = fmt::format("invalid mode \"{}\" of the guard", mode),
                .hint = "Use block or warn."};
}

void require_schema_owner(const std::string &schema) {
  const Oid oid = call([&] { return get_namespace_oid(schema.c_str(), false); });
  if (!owns_schema(oid))
    throw fault{.sqlstate = sqlstate::insufficient_privilege,
                .message = fmt::format("must be owner of schema {}", pg::quoted(schema)),
                .hint = "Let the schema's owner call this, or a superuser."};
}

// Those that have the trigger now.
std::vector<Oid> triggered_tables() {
  std::vector<Oid> tables;
  for (const managed_trigger &trigger : managed_triggers())
    if (trigger.feature == &guard_feature)
      tables.push_back(trigger.table);
  return tables;
}

void replace_rules(const std::vector<std::string> &schemas, const std::string &mode) {
  pg::as_user(keeper(), SECURITY_NOFORCE_RLS, [&] {
    // Two sessions that replace the rules at once must not leave both sets of rules.
    pg::execute("LOCK TABLE upkeep.guard_rules IN SHARE ROW EXCLUSIVE MODE");
    pg::execute("DELETE FROM upkeep.guard_rules");
    for (const std::string &schema : schemas) {
      const pg::parameter rule[] = {pg::parameter::text(schema), pg::parameter::text(mode)};
      pg::execute("INSERT INTO upkeep.guard_rules (schema_name, mode) VALUES ($1::name, $2) ON CONFLICT DO NOTHING",
                  rule);
    }
  });
}

// A role that replaces the rules of others must be allowed to drop them.
void require_owner_of_ruled() {
  const pg::rows rules =
      pg::execute("SELECT r.schema_name FROM upkeep.guard_rules r JOIN pg_namespace n ON n.nspname = r.schema_name");
  for (std::uint64_t row = 0; row < rules.count(); ++row)
    require_schema_owner(rules.text(row, 1).value());
}

void unguard_table(Oid table) {
  pg::require_own_table(table, "disable guard");
  drop_triggers(table, guard_feature);
}

void enable_guard(const std::string &mode, const std::vector<std::string> &schemas) {
  for (const std::string &schema : schemas)
    require_schema_owner(schema);
  require_owner_of_ruled();
  replace_rules(schemas, mode);
  const std::vector<Oid> tables = guarded_schemas::as_ruled().tables();
  for (const Oid table : tables) {
    pg::require_own_table(table, "enable guard");
    guard_table(table);
  }
  for (const Oid table : triggered_tables())
    if (std::find(tables.begin(), tables.end(), table) == tables.end())
      unguard_table(table);
}

void disable_guard() {
  const std::vector<Oid> tables = triggered_tables();
  if (tables.empty() && pg::execute("SELECT FROM upkeep.guard_rules LIMIT 1").count() == 0) {
    call([] { ereport(NOTICE, errmsg("the guard is not on")); });
    return;
  }
  require_owner_of_ruled();
  // Before the triggers, so that dropping those is not logged as DDL.
  replace_rules({}, modes[0]);
  for (const Oid table : tables)
    unguard_table(table);
}

} // namespace

namespace {

bool is_making = false;

// While the trigger is being made.
class making_guard_trigger {
public:
  making_guard_trigger() : outer(std::exchange(is_making, true)) {}
  making_guard_trigger(const making_guard_trigger &) = delete;
  making_guard_trigger &operator=(const making_guard_trigger &) = delete;
  ~making_guard_trigger() { is_making = outer; }

private:
  bool outer;
};

} // namespace

bool is_making_guard_trigger() { return is_making; }

void guard_table(Oid table) {
  bool has = false;
  pg::with_relation(table, [&](Relation relation) {
    has = trigger_of(relation, guard_feature);
    if (!has)
      require_free_name(relation, guard_trigger, guard_feature);
  });
  if (has)
    return;
  const making_guard_trigger making;
  pg::as_user(pg::owner_of(table), 0, [&] {
    pg::create_trigger(
        pg::sql("CREATE TRIGGER {name} BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION upkeep.guard()",
                "name"_is = pg::identifier{guard_trigger}, "table"_is = pg::table{table}));
  });
}

void guard_tree(Oid table, const guarded_schemas &guarded) {
  for (const Oid each : pg::with_descendants(table, AccessShareLock)) {
    bool is_temporary = false;
    pg::with_relation(each, [&](Relation relation) { is_temporary = pg::is_temporary(relation); });
    if (!is_temporary && guarded.reaches(each) && !pg::belongs_to_extension(each))
      guard_table(each);
  }
}

} // namespace upkeep::guard

using namespace upkeep;
using namespace upkeep::guard;

// upkeep.enable_guard(mode, schemas): from now on; replaces the rules there were. Errors: 22004, 22023, 3F000, 42501,
// 42710.
UPKEEP_FUNCTION(upkeep_enable_guard) {
  return pg::entry([=] {
    const pg::arguments given(fcinfo);
    const std::string mode = given.string(0, "mode");
    const auto schemas = given.optional_names(1, "schemas");
    require_mode(mode);
    if (!schemas || schemas->empty())
      throw fault{.sqlstate = schemas ? sqlstate::invalid_parameter_value : sqlstate::null_value_not_allowed,
                  .message = "schemas must name at least one schema",
                  .hint = "To switch the guard off, call upkeep.disable_guard()."};
    pg::with_spi([&] { enable_guard(mode, *schemas); });
    return Datum(0);
  });
}

// upkeep.disable_guard(): a NOTICE where it is off. Errors: 42501.
UPKEEP_FUNCTION(upkeep_disable_guard) {
  return pg::entry([=] {
    pg::with_spi([] { disable_guard(); });
    return Datum(0);
  });
}
