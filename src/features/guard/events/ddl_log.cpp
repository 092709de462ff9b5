// upkeep.ddl_log: what happened to objects of guarded schemas.
#include "features/guard/guard.hpp"
#include "postgres/as_user.hpp"
#include "postgres/sql/query.hpp"

namespace upkeep::guard {

using pg::call;

namespace {

// A migration file may be one statement for the server: its beginning will do.
constexpr int max_statement_bytes = 10'000;

pg::parameter statement_text() {
  if (!debug_query_string)
    return {TEXTOID, 0, true};
  return {TEXTOID, call([] {
            const int length = strlen(debug_query_string);
            return PointerGetDatum(cstring_to_text_with_len(
                debug_query_string, pg_mbcliplen(debug_query_string, length, max_statement_bytes)));
          })};
}

} // namespace

void log_ddl(const std::string &tag, const std::string &object, const std::optional<std::string> &confirmation) {
  const std::string role = pg::string_from([] { return GetUserNameFromId(GetUserId(), false); });
  const pg::parameter parameters[] = {
      pg::parameter::text(role), pg::parameter::text(tag), pg::parameter::text(object), statement_text(),
      confirmation ? pg::parameter::text(*confirmation) : pg::parameter{TEXTOID, 0, true}};
  pg::as_user(keeper(), SECURITY_NOFORCE_RLS, [&] {
    pg::execute(pg::sql(R"sql(
      INSERT INTO upkeep.ddl_log (role, tag, object, statement, confirmation)
      VALUES ($1::pg_catalog.name, $2, $3, $4, $5)
    )sql"),
                parameters);
  });
}

} // namespace upkeep::guard
