#include "postgres/values/local_time.hpp"

#include "postgres/sql/query.hpp"

namespace upkeep::pg {

namespace {

bool is_utc(const pg_tz *zone) {
  long offset = 0;
  return zone && pg_get_timezone_offset(zone, &offset) && offset == 0;
}

// One that is not a zone by itself, such as an abbreviation, may be UTC.
bool is_other_zone(const char *name) {
  const pg_tz *zone = pg_tzset(name);
  return zone && !is_utc(zone);
}

bool converts_elsewhere(const FuncExpr *conversion) {
  const Node *zone = static_cast<const Node *>(linitial(conversion->args));
  if (!IsA(zone, Const))
    return true;
  const Const *given = reinterpret_cast<const Const *>(zone);
  return !given->constisnull && is_other_zone(TextDatumGetCString(given->constvalue));
}

bool is_local_call(const FuncExpr *function) {
  switch (function->funcid) {
  case F_TIMESTAMP_TIMESTAMPTZ: // the cast
  case F_DATE_TIMESTAMPTZ:
#ifdef F_TIMEZONE_TIMESTAMPTZ
  case F_TIMEZONE_TIMESTAMPTZ: // AT LOCAL
#endif
    return true;
  case F_TIMEZONE_TEXT_TIMESTAMPTZ:
    return converts_elsewhere(function);
  default:
    return false;
  }
}

bool is_local_value(const SQLValueFunction *value) {
  return value->op == SVFOP_LOCALTIMESTAMP || value->op == SVFOP_LOCALTIMESTAMP_N || value->op == SVFOP_CURRENT_DATE;
}

bool contains_local_time(Node *node, void *context) {
  if (!node)
    return false;
  if (IsA(node, FuncExpr) && is_local_call(reinterpret_cast<FuncExpr *>(node)))
    return true;
  if (IsA(node, SQLValueFunction) && is_local_value(reinterpret_cast<SQLValueFunction *>(node)))
    return true;
#if PG_VERSION_NUM >= 160000
  return expression_tree_walker(node, contains_local_time, context);
#else
  // Declared without arguments there, which C++ takes for none.
  const auto any = reinterpret_cast<void (*)()>(contains_local_time);
  return expression_tree_walker(node, reinterpret_cast<bool (*)()>(any), context);
#endif
}

} // namespace

bool has_local_default(Relation relation, AttrNumber column) {
  const Oid type = TupleDescAttr(RelationGetDescr(relation), column - 1)->atttypid;
  return call([=] {
    return getBaseType(type) == TIMESTAMPOID && contains_local_time(build_column_default(relation, column), nullptr);
  });
}

bool may_leave_utc() {
  if (!call([] { return is_utc(session_timezone); }))
    return true;
  const rows found = execute(sql(R"sql(
    SELECT s.reset_val
    FROM pg_catalog.pg_settings s
    WHERE s.name [=] 'TimeZone'
    UNION ALL
    SELECT pg_catalog.substr(c.setting, 10)
    FROM pg_catalog.pg_db_role_setting r
    CROSS JOIN LATERAL pg_catalog.unnest(r.setconfig) c(setting)
    WHERE (r.setdatabase [=] 0
           OR r.setdatabase [=] (SELECT d.oid FROM pg_catalog.pg_database d
                                 WHERE d.datname [=] pg_catalog.current_database()))
      AND pg_catalog.lower(pg_catalog.left(c.setting, 9)) [=] 'timezone='
  )sql"));
  for (std::uint64_t row = 0; row < found.count(); ++row) {
    const std::string name = found.text(row, 1).value_or("");
    if (call([&] { return is_other_zone(name.c_str()); }))
      return true;
  }
  return false;
}

} // namespace upkeep::pg
