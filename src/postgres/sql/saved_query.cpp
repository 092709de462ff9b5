#include "postgres/sql/saved_query.hpp"

#include "postgres/sql/query.hpp"

extern "C" {
#include <jit/jit.h>
}

namespace upkeep::pg {

namespace {

// Plans that nobody needs any more, to be freed outside destructors. Made at the first use and never destroyed; it has
// room for every plan there is.
std::vector<SPIPlanPtr> *unneeded_plans = nullptr;
std::size_t kept_plans = 0;

// Off, until the end of a block.
class planner_setting {
public:
  explicit planner_setting(bool &setting) : setting(setting), before(setting) { setting = false; }
  planner_setting(const planner_setting &) = delete;
  planner_setting &operator=(const planner_setting &) = delete;
  ~planner_setting() { setting = before; }

private:
  bool &setting;
  bool before;
};

} // namespace

saved_query::~saved_query() {
  if (plan)
    unneeded_plans->push_back(plan);
}

void saved_query::prepare() const {
  if (!unneeded_plans)
    unneeded_plans = new std::vector<SPIPlanPtr>;
  for (; !unneeded_plans->empty(); unneeded_plans->pop_back(), --kept_plans)
    call([] { SPI_freeplan(unneeded_plans->back()); });
  unneeded_plans->reserve(kept_plans + 1);
  SPIPlanPtr made = call([&] {
    return SPI_prepare_cursor(sql.c_str(), static_cast<int>(types.size()), const_cast<Oid *>(types.data()),
                              by == access::by_index ? CURSOR_OPT_GENERIC_PLAN : 0);
  });
  if (!made)
    refuse_statement(SPI_result, sql);
  call([=] { SPI_keepplan(made); });
  plan = made;
  ++kept_plans;
}

// The planner is asked before the statement runs: what else is planned meanwhile, in a trigger, is planned as usual. A
// scan that cannot be helped has a cost for which it would be compiled each time.
void saved_query::plan_by_index() const {
  const planner_setting scans(enable_seqscan), merges(enable_mergejoin), compiles(jit_enabled);
  call([this] {
    if (CachedPlan *made = SPI_plan_get_cached_plan(plan))
      ReleaseCachedPlan(made, CurrentResourceOwner);
  });
}

void saved_query::make_ready() const {
  if (!plan)
    prepare();
  if (by == access::by_index)
    plan_by_index();
}

rows saved_query::run(const Datum *values, const char *nulls, Snapshot snapshot, Snapshot crosscheck) const {
  make_ready();
  const int code = call([&] {
    return SPI_execute_snapshot(plan, const_cast<Datum *>(values), nulls, snapshot, crosscheck, false, true, 0);
  });
  if (code < 0)
    refuse_statement(code, sql);
  return rows(SPI_tuptable);
}

rows saved_query::execute(std::span<const Datum> values, Snapshot snapshot, Snapshot crosscheck) const {
  return run(values.data(), nullptr, snapshot, crosscheck);
}

rows saved_query::read(std::span<const Datum> values) const {
  make_ready();
  const int code = call([&] { return SPI_execute_plan(plan, const_cast<Datum *>(values.data()), nullptr, true, 0); });
  if (code < 0)
    refuse_statement(code, sql);
  return rows(SPI_tuptable);
}

rows saved_query::execute(std::span<const parameter> values, Snapshot snapshot) const {
  std::vector<Datum> given;
  std::string nulls;
  for (const parameter &each : values) {
    given.push_back(each.value);
    nulls.push_back(each.is_null ? 'n' : ' ');
  }
  return run(given.data(), nulls.c_str(), snapshot, InvalidSnapshot);
}

} // namespace upkeep::pg
