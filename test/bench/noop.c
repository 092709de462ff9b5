/* The floor: a trigger that does nothing, and the clock of the backend's own processor time. */
#include <postgres.h>

#include <time.h>

#include <commands/trigger.h>
#include <fmgr.h>

PG_MODULE_MAGIC;

PGDLLEXPORT Datum bench_noop(PG_FUNCTION_ARGS);
PGDLLEXPORT Datum bench_cpu_ms(PG_FUNCTION_ARGS);

PG_FUNCTION_INFO_V1(bench_noop);
PG_FUNCTION_INFO_V1(bench_cpu_ms);

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
