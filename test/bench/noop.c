/* The floor: a trigger that does nothing; the clock of the backend's own processor time; a count of what it plans. */
#include <postgres.h>

#include <time.h>

#include <commands/trigger.h>
#include <fmgr.h>
#include <optimizer/planner.h>

PG_MODULE_MAGIC;

PGDLLEXPORT Datum bench_noop(PG_FUNCTION_ARGS);
PGDLLEXPORT Datum bench_cpu_ms(PG_FUNCTION_ARGS);
PGDLLEXPORT Datum bench_planned(PG_FUNCTION_ARGS);

PG_FUNCTION_INFO_V1(bench_noop);
PG_FUNCTION_INFO_V1(bench_cpu_ms);
PG_FUNCTION_INFO_V1(bench_planned);

/* bench.noop() RETURNS trigger: for BEFORE INSERT OR UPDATE, FOR EACH ROW. */
Datum bench_noop(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = (TriggerData *) fcinfo->context;

	return PointerGetDatum(TRIGGER_FIRED_BY_UPDATE(trigger->tg_event) ? trigger->tg_newtuple : trigger->tg_trigtuple);
}

/* bench.cpu_ms() RETURNS float8: milliseconds this backend has run, which other processes do not add to. */
Datum bench_cpu_ms(PG_FUNCTION_ARGS)
{
	struct timespec spent;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &spent);
	PG_RETURN_FLOAT8(spent.tv_sec * 1e3 + spent.tv_nsec / 1e6);
}

static int64 planned_statements = 0;
static planner_hook_type next_planner = NULL;
static bool counts = false;

static PlannedStmt *count_planned(Query *query, const char *text, int options, ParamListInfo parameters)
{
	planned_statements++;
	return next_planner ? next_planner(query, text, options, parameters)
						: standard_planner(query, text, options, parameters);
}

/* bench.planned() RETURNS bigint: statements that this backend has planned since the first call. */
Datum bench_planned(PG_FUNCTION_ARGS)
{
	if (!counts)
	{
		next_planner = planner_hook;
		planner_hook = count_planned;
		counts = true;
	}
	PG_RETURN_INT64(planned_statements);
}
