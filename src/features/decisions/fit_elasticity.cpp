// upkeep.fit_elasticity: gathers points of spend and revenue, in any order and in parallel.
#include "core/decisions/elasticity.hpp"

#include "features/decisions/figures.hpp"

namespace upkeep::decisions {

using pg::call;

namespace {

MemoryContext context_of_aggregate(FunctionCallInfo fcinfo) {
  MemoryContext context;
  if (!AggCheckCallContext(fcinfo, &context))
    throw fault{.sqlstate = sqlstate::feature_not_supported,
                .message = "this function is a part of the aggregate upkeep.fit_elasticity",
                .hint = "Call upkeep.fit_elasticity."};
  return context;
}

elasticity_sums &new_sums(MemoryContext context) {
  return *static_cast<elasticity_sums *>(
      call([=] { return MemoryContextAllocZero(context, sizeof(elasticity_sums)); }));
}

elasticity_sums &sums_in(Datum state) { return *reinterpret_cast<elasticity_sums *>(DatumGetPointer(state)); }

// NaN and infinity stay what they are.
double near(Datum value) {
  return call([=] { return DatumGetFloat8(DirectFunctionCall1(numeric_float8_no_overflow, value)); });
}

} // namespace

} // namespace upkeep::decisions

using namespace upkeep;
using namespace upkeep::decisions;

// Transition: (state, spend, revenue).
UPKEEP_FUNCTION(upkeep_fit_elasticity_add) {
  return pg::entry([=] {
    const MemoryContext context = context_of_aggregate(fcinfo);
    elasticity_sums &sums = PG_ARGISNULL(0) ? new_sums(context) : sums_in(PG_GETARG_DATUM(0));
    if (!PG_ARGISNULL(1) && !PG_ARGISNULL(2))
      add_point(sums, near(PG_GETARG_DATUM(1)), near(PG_GETARG_DATUM(2)));
    return PointerGetDatum(&sums);
  });
}

// Adds the second state to the first.
UPKEEP_FUNCTION(upkeep_fit_elasticity_combine) {
  return pg::entry([=] {
    const MemoryContext context = context_of_aggregate(fcinfo);
    elasticity_sums &sums = PG_ARGISNULL(0) ? new_sums(context) : sums_in(PG_GETARG_DATUM(0));
    if (!PG_ARGISNULL(1))
      merge(sums, sums_in(PG_GETARG_DATUM(1)));
    return PointerGetDatum(&sums);
  });
}

UPKEEP_FUNCTION(upkeep_fit_elasticity_serialise) {
  return pg::entry([=] {
    context_of_aggregate(fcinfo);
    const std::string bytes = serialise(sums_in(PG_GETARG_DATUM(0)));
    return call(
        [&] { return PointerGetDatum(cstring_to_text_with_len(bytes.data(), static_cast<int>(bytes.size()))); });
  });
}

// Errors: 22P03.
UPKEEP_FUNCTION(upkeep_fit_elasticity_deserialise) {
  return pg::entry([=] {
    context_of_aggregate(fcinfo);
    const bytea *bytes = call([=] { return PG_GETARG_BYTEA_PP(0); });
    elasticity_sums &sums = new_sums(CurrentMemoryContext);
    if (!deserialise({VARDATA_ANY(bytes), static_cast<std::size_t>(VARSIZE_ANY_EXHDR(bytes))}, sums))
      throw fault{.sqlstate = sqlstate::invalid_binary_representation,
                  .message = "these bytes are not a state of upkeep.fit_elasticity",
                  .hint = "They come from upkeep.fit_elasticity of the same version."};
    return PointerGetDatum(&sums);
  });
}

// The slope; NULL where there are too few points.
UPKEEP_FUNCTION(upkeep_fit_elasticity_finish) {
  return pg::entry([=] {
    context_of_aggregate(fcinfo);
    const pg::result_set::nullable slope =
        PG_ARGISNULL(0) ? pg::result_set::nullable{} : numeric_result(elasticity_text(sums_in(PG_GETARG_DATUM(0))));
    fcinfo->isnull = slope.is_null;
    return slope.value;
  });
}
