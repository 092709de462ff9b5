// Every PostgreSQL header the extension uses, and what differs between the majors 15 to 18.
#pragma once

// postgres.h redefines printf and its family: whatever uses them comes first.
#include <cstddef>
#include <cstdint>
#include <fmt/format.h>

extern "C" {
#include <postgres.h>

#include <access/genam.h>
#include <access/heapam.h>
#include <access/htup_details.h>
#include <access/relation.h>
#include <access/table.h>
#include <access/tableam.h>
#include <access/xact.h>
#include <catalog/catalog.h>
#include <catalog/dependency.h>
#include <catalog/heap.h>
#include <catalog/index.h>
#include <catalog/indexing.h>
#include <catalog/namespace.h>
#include <catalog/objectaddress.h>
#include <catalog/partition.h>
#include <catalog/pg_am.h>
#include <catalog/pg_attribute.h>
#include <catalog/pg_authid.h>
#include <catalog/pg_class.h>
#include <catalog/pg_collation.h>
#include <catalog/pg_constraint.h>
#include <catalog/pg_index.h>
#include <catalog/pg_inherits.h>
#include <catalog/pg_namespace.h>
#include <catalog/pg_operator.h>
#include <catalog/pg_sequence.h>
#include <catalog/pg_trigger.h>
#include <catalog/pg_type.h>
#include <commands/defrem.h>
#include <commands/event_trigger.h>
#include <commands/extension.h>
#include <commands/sequence.h>
#include <commands/tablecmds.h>
#include <commands/trigger.h>
#include <common/cryptohash.h>
#include <common/hashfn.h>
#include <common/hmac.h>
#include <common/sha2.h>
#include <common/shortest_dec.h>
#include <executor/executor.h>
#include <executor/spi.h>
#include <fmgr.h>
#include <funcapi.h>
#include <mb/pg_wchar.h>
#include <miscadmin.h>
#include <nodes/makefuncs.h>
#include <nodes/nodeFuncs.h>
#include <optimizer/cost.h>
#include <optimizer/optimizer.h>
#include <parser/parse_coerce.h>
#include <parser/parse_collate.h>
#include <parser/parse_expr.h>
#include <parser/parse_node.h>
#include <parser/parse_relation.h>
#include <parser/parse_type.h>
#include <parser/parser.h>
#include <rewrite/rewriteHandler.h>
#include <storage/bufmgr.h>
#include <storage/lmgr.h>
#include <storage/lock.h>
#include <storage/proc.h>
#include <tcop/pquery.h>
#include <tcop/tcopprot.h>
#include <tcop/utility.h>
#include <utils/acl.h>
#include <utils/array.h>
#include <utils/backend_progress.h>
#include <utils/backend_status.h>
#include <utils/builtins.h>
#include <utils/date.h>
#include <utils/datetime.h>
#include <utils/datum.h>
#include <utils/fmgroids.h>
#include <utils/fmgrprotos.h>
#include <utils/guc.h>
#include <utils/hsearch.h>
#include <utils/inval.h>
#include <utils/json.h>
#include <utils/jsonb.h>
#include <utils/jsonfuncs.h>
#include <utils/lsyscache.h>
#include <utils/memutils.h>
#include <utils/numeric.h>
#include <utils/portal.h>
#include <utils/regproc.h>
#include <utils/rel.h>
#include <utils/resowner.h>
#include <utils/rls.h>
#include <utils/snapmgr.h>
#include <utils/syscache.h>
#include <utils/timestamp.h>
#include <utils/tuplestore.h>
#include <utils/typcache.h>
#include <utils/uuid.h>
#include <utils/varlena.h>
#include <utils/xid8.h>
#if PG_VERSION_NUM >= 160000
#include <varatt.h>
#endif
}

#if PG_VERSION_NUM < 150000
#error "pg_upkeep needs PostgreSQL 15 to 18"
#endif
static_assert(SIZEOF_DATUM == 8, "pg_upkeep needs a 64-bit PostgreSQL: a timestamp must fit into a Datum");

// Before 16 PGDLLEXPORT is empty, and with hidden visibility nothing would be exported.
#if PG_VERSION_NUM < 160000
#undef PGDLLEXPORT
#define PGDLLEXPORT __attribute__((visibility("default")))
#endif

// Declares a C++ function as callable from SQL.
#define UPKEEP_FUNCTION(name)                                                                                          \
  extern "C" {                                                                                                         \
  PGDLLEXPORT Datum name(PG_FUNCTION_ARGS);                                                                            \
  PG_FUNCTION_INFO_V1(name);                                                                                           \
  }                                                                                                                    \
  extern "C" Datum name([[maybe_unused]] PG_FUNCTION_ARGS)

namespace upkeep::pg {

inline bool owns_table(Oid table, Oid role) {
#if PG_VERSION_NUM >= 160000
  return object_ownercheck(RelationRelationId, table, role);
#else
  return pg_class_ownercheck(table, role);
#endif
}

inline bool may_use_schema(Oid schema, Oid role) {
#if PG_VERSION_NUM >= 160000
  return object_aclcheck(NamespaceRelationId, schema, role, ACL_USAGE) == ACLCHECK_OK;
#else
  return pg_namespace_aclcheck(schema, role, ACL_USAGE) == ACLCHECK_OK;
#endif
}

// The status of the backends that this transaction sees, from 1 on; nullptr after the last.
inline const PgBackendStatus *backend_status(int number) {
  if (number > pgstat_fetch_stat_numbackends())
    return nullptr;
#if PG_VERSION_NUM >= 160000
  return &pgstat_get_local_beentry_by_index(number)->backendStatus;
#else
  return &pgstat_fetch_stat_local_beentry(number)->backendStatus;
#endif
}

// Whether a text is JSON, without an error where it is not.
inline bool is_json(const char *value) {
  text *json = cstring_to_text(value);
#if PG_VERSION_NUM >= 170000
  JsonLexContext *lexer = makeJsonLexContext(nullptr, json, true);
#else
  JsonLexContext *lexer = makeJsonLexContext(json, true);
#endif
  return pg_parse_json(lexer, &nullSemAction) == JSON_SUCCESS;
}

} // namespace upkeep::pg
