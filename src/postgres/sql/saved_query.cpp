#include "postgres/sql/saved_query.hpp"

#include "postgres/sql/query.hpp"

namespace upkeep::pg {

namespace {

// Plans that nobody needs any more, to be freed outside destructors. Made at the first use and never destroyed; it has
// room for every plan there is.
std::vector<SPIPlanPtr> *unneeded_plans = nullptr;
std::size_t kept_plans = 0;

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
  SPIPlanPtr made = call([&] { return SPI_prepare(sql.c_str(), types.size(), const_cast<Oid *>(types.data())); });
  if (!made)
    refuse_statement(SPI_result, sql);
  call([=] { SPI_keepplan(made); });
  plan = made;
  ++kept_plans;
}

rows saved_query::execute(std::span<const Datum> values, Snapshot snapshot, Snapshot crosscheck) const {
  if (!plan)
    prepare();
  const int code = call([&] {
    return SPI_execute_snapshot(plan, const_cast<Datum *>(values.data()), nullptr, snapshot, crosscheck, false, true,
                                0);
  });
  if (code < 0)
    refuse_statement(code, sql);
  return rows(SPI_tuptable);
}

} // namespace upkeep::pg
