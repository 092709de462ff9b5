// upkeep.diagnose: gathers the days of a shop, in any order and in parallel, and diagnoses its week.
#include "core/diagnostics/diagnosis.hpp"
#include "core/diagnostics/facts/day_figures.hpp"
#include "features/diagnostics/calendar.hpp"
#include "features/diagnostics/settings.hpp"
#include "postgres/clock.hpp"
#include "postgres/memory.hpp"
#include "postgres/values/digest.hpp"
#include "postgres/values/jsonb_sink.hpp"
#include "postgres/values/number.hpp"

namespace upkeep::diagnostics {

using pg::call;

namespace {

// What has been gathered of one group. Trivial, and all it points to lies in the aggregate's context.
struct gathered {
  shop_days days;
  bool is_minor;
  bool has_today;
  day_number today;
  // The settings of the latest day, which hold; before the first day those that came without one.
  day_number settings_day;
  Jsonb *settings;
  // The settings of the row before, as they came, and their costs of goods: rows usually share them.
  varlena *seen;
  bool has_kept_seen; // whether they are also those of the latest day
  std::int64_t ratios[weeks_kept];
};

constexpr day_number no_day = INT32_MIN;

std::int64_t *room_for_ratios(void *context) {
  return static_cast<std::int64_t *>(
      MemoryContextAlloc(static_cast<MemoryContext>(context), sizeof(std::int64_t) * days_kept));
}

MemoryContext context_of_aggregate(FunctionCallInfo fcinfo) {
  MemoryContext context;
  if (!AggCheckCallContext(fcinfo, &context))
    throw fault{.sqlstate = sqlstate::feature_not_supported,
                .message = "this function is a part of the aggregate upkeep.diagnose",
                .hint = "Call upkeep.diagnose."};
  return context;
}

[[noreturn]] void not_constant(const char *what) {
  throw fault{.sqlstate = sqlstate::invalid_parameter_value,
              .message = fmt::format("{} must be the same for all days of a shop", what),
              .hint = "Group by shop and week."};
}

// A new state. May raise.
gathered *gather(MemoryContext context, day_number week_start, bool is_minor) {
  auto *state = static_cast<gathered *>(MemoryContextAllocZero(context, sizeof(gathered)));
  begin(state->days, week_start);
  state->is_minor = is_minor;
  state->settings_day = no_day;
  std::fill_n(state->ratios, weeks_kept, no_ratio);
  return state;
}

varlena *copied(MemoryContext context, const varlena *value) {
  auto *copy = static_cast<varlena *>(MemoryContextAlloc(context, VARSIZE_ANY(value)));
  std::memcpy(copy, value, VARSIZE_ANY(value));
  return copy;
}

bool equal_bytes(const varlena *a, const varlena *b) {
  return VARSIZE_ANY(a) == VARSIZE_ANY(b) && std::memcmp(a, b, VARSIZE_ANY(a)) == 0;
}

bool is_greater(Jsonb *a, Jsonb *b) {
  const std::size_t size = VARSIZE(a), other = VARSIZE(b);
  const int sign = std::memcmp(a, b, std::min(size, other));
  return sign > 0 || (sign == 0 && size > other);
}

// Of two settings of one day those with the greater bytes hold, whichever come first. May raise. False where others
// stay.
bool keep_latest(gathered &state, MemoryContext context, day_number day, Jsonb *settings) {
  if (state.settings &&
      (state.settings_day > day || (state.settings_day == day && !is_greater(settings, state.settings))))
    return false;
  if (state.settings)
    pfree(state.settings);
  state.settings = reinterpret_cast<Jsonb *>(copied(context, reinterpret_cast<varlena *>(settings)));
  state.settings_day = day;
  return true;
}

// May raise.
Jsonb *detoasted(varlena *raw) { return reinterpret_cast<Jsonb *>(pg_detoast_datum(raw)); }

void take_settings(gathered &state, MemoryContext context, day_number day, varlena *raw) {
  const bool is_new = !state.seen || !equal_bytes(state.seen, raw);
  if (!is_new && state.has_kept_seen) {
    state.settings_day = std::max(state.settings_day, day);
    return;
  }
  if (!is_new && state.settings_day > day)
    return;
  Jsonb *settings = call([=] { return detoasted(raw); });
  if (is_new) {
    ratios_from(settings_tree(settings), state.days.week_start, state.ratios);
    call([&] {
      if (state.seen)
        pfree(state.seen);
      state.seen = copied(context, raw);
    });
  }
  state.has_kept_seen = call([&] { return keep_latest(state, context, day, settings); });
}

// The state of the group with what a row says beside its figures: the first row makes it. Arguments 6 to 8 are
// week_start, settings and today.
gathered &state_of_row(FunctionCallInfo fcinfo, MemoryContext context, bool is_minor) {
  if (PG_ARGISNULL(6))
    throw fault{.sqlstate = sqlstate::null_value_not_allowed,
                .message = "week_start must not be NULL",
                .hint = "Pass the first day of the week: upkeep.week_start gives it for any day."};
  const DateADT week_start = PG_GETARG_DATEADT(6);
  if (PG_ARGISNULL(0)) {
    require_day(week_start);
    if (!PG_ARGISNULL(8))
      require_day(PG_GETARG_DATEADT(8));
    gathered *made = call([=] { return gather(context, week_start, is_minor); });
    made->has_today = !PG_ARGISNULL(8);
    made->today = made->has_today ? PG_GETARG_DATEADT(8) : 0;
    return *made;
  }
  auto &state = *reinterpret_cast<gathered *>(PG_GETARG_POINTER(0));
  if (state.days.week_start != week_start)
    not_constant("week_start");
  if (state.has_today == PG_ARGISNULL(8) || (state.has_today && state.today != PG_GETARG_DATEADT(8)))
    not_constant("today");
  return state;
}

// Adds a row whose figures have been read. A row without a date, or of another week, has none; the former only brings
// the settings of a shop without days.
Datum add_row(FunctionCallInfo fcinfo, MemoryContext context, gathered &state, day_row &row) {
  const bool has_day = !PG_ARGISNULL(1) && is_within(state.days, row.day);
  if (!PG_ARGISNULL(7) && (has_day || PG_ARGISNULL(1)))
    take_settings(state, context, has_day ? row.day : no_day, reinterpret_cast<varlena *>(PG_GETARG_POINTER(7)));
  if (has_day) {
    const int week = (row.day - state.days.week_start + this_week * days_per_week) / days_per_week;
    row.cogs_ratio = PG_ARGISNULL(7) ? no_ratio : state.ratios[week];
    call([&] { add(state.days, row, room_for_ratios, context); });
  }
  return PointerGetDatum(&state);
}

// revenue or ad_spend.
given_amount amount_argument(FunctionCallInfo fcinfo, int index) {
  given_amount given{decimal::null(), true};
  if (!PG_ARGISNULL(index))
    given.is_finite = call(
        [&] { return pg::read_number(PG_GETARG_DATUM(index), NUMERICOID, given.number) == pg::number_kind::finite; });
  return given;
}

// A state in `context` with all that another has, which may lie anywhere. May raise.
gathered *cloned(MemoryContext context, const gathered &other) {
  auto *copy = static_cast<gathered *>(MemoryContextAlloc(context, sizeof(gathered)));
  *copy = other;
  if (other.settings)
    copy->settings = reinterpret_cast<Jsonb *>(copied(context, reinterpret_cast<varlena *>(other.settings)));
  copy->seen = nullptr;
  copy->has_kept_seen = false;
  if (other.days.has_ratios) {
    copy->days.ratios = room_for_ratios(context);
    std::copy_n(other.days.ratios, days_kept, copy->days.ratios);
  }
  return copy;
}

// What travels between processes: a header, the days, and the settings as text.
struct wire_header {
  std::uint8_t is_minor, has_today, has_settings;
  day_number today, settings_day;
  std::uint32_t days_size;
};

bytea *bytes_of(const wire_header &header, std::string_view days, const char *settings) {
  const std::size_t settings_size = settings ? std::strlen(settings) : 0;
  auto *result = static_cast<bytea *>(palloc(VARHDRSZ + sizeof header + days.size() + settings_size));
  SET_VARSIZE(result, VARHDRSZ + sizeof header + days.size() + settings_size);
  char *at = VARDATA(result);
  std::memcpy(at, &header, sizeof header);
  std::memcpy(at + sizeof header, days.data(), days.size());
  if (settings)
    std::memcpy(at + sizeof header + days.size(), settings, settings_size);
  return result;
}

[[noreturn]] void no_state() {
  throw fault{.sqlstate = sqlstate::invalid_binary_representation,
              .message = "these bytes are not a state of upkeep.diagnose",
              .hint = "They come from upkeep.diagnose of the same version."};
}

gathered *read_state(std::string_view bytes) {
  wire_header header{};
  if (bytes.size() < sizeof header)
    no_state();
  std::memcpy(&header, bytes.data(), sizeof header);
  bytes.remove_prefix(sizeof header);
  if (bytes.size() < header.days_size)
    no_state();
  gathered *state = call([&] { return gather(CurrentMemoryContext, 0, header.is_minor); });
  state->has_today = header.has_today;
  state->today = header.today;
  state->settings_day = header.settings_day;
  const std::string_view days = bytes.substr(0, header.days_size);
  if (!call([&] { return deserialise(days, state->days, room_for_ratios, CurrentMemoryContext); }))
    no_state();
  if (header.has_settings) {
    const std::string text(bytes.substr(header.days_size));
    state->settings =
        call([&] { return DatumGetJsonbP(DirectFunctionCall1(jsonb_in, CStringGetDatum(text.c_str()))); });
  }
  return state;
}

// Given, or by the shop's clock.
day_number today_of(const gathered &state, shop_settings &settings) {
  if (state.has_today)
    return state.today;
  if (const std::optional<DateADT> today = pg::date_in_zone(settings.timezone))
    return *today;
  settings.refuse_timezone();
  return *pg::date_in_zone({});
}

} // namespace

} // namespace upkeep::diagnostics

using namespace upkeep;
using namespace upkeep::diagnostics;

// Transition of the integer form: (state, record_date, orders integer, revenue bigint, ad_spend bigint, leads integer,
// week_start, settings, today). Errors: 22004, 22023.
UPKEEP_FUNCTION(upkeep_diagnose_add) {
  return pg::entry([=] {
    const MemoryContext context = context_of_aggregate(fcinfo);
    gathered &state = state_of_row(fcinfo, context, true);
    day_row row{PG_ARGISNULL(1) ? 0 : PG_GETARG_DATEADT(1), {}, 0, 0, no_ratio};
    if (!PG_ARGISNULL(2))
      know(row, measure::orders, PG_GETARG_INT32(2));
    if (!PG_ARGISNULL(3))
      know(row, measure::revenue, PG_GETARG_INT64(3));
    if (!PG_ARGISNULL(4))
      know(row, measure::ad_spend, PG_GETARG_INT64(4));
    if (!PG_ARGISNULL(5))
      know(row, measure::leads, PG_GETARG_INT32(5));
    return add_row(fcinfo, context, state, row);
  });
}

// Transition of the numeric form: orders and leads are bigint, revenue and ad_spend numeric.
UPKEEP_FUNCTION(upkeep_diagnose_add_numeric) {
  return pg::entry([=] {
    const MemoryContext context = context_of_aggregate(fcinfo);
    gathered &state = state_of_row(fcinfo, context, false);
    day_row row{PG_ARGISNULL(1) ? 0 : PG_GETARG_DATEADT(1), {}, 0, 0, no_ratio};
    if (!PG_ARGISNULL(1) && is_within(state.days, row.day)) {
      if (!PG_ARGISNULL(2))
        know(row, measure::orders, PG_GETARG_INT64(2));
      if (!PG_ARGISNULL(5))
        know(row, measure::leads, PG_GETARG_INT64(5));
      take_amounts(amount_argument(fcinfo, 3), amount_argument(fcinfo, 4), state.days, row);
    }
    return add_row(fcinfo, context, state, row);
  });
}

// Adds the second state to the first.
UPKEEP_FUNCTION(upkeep_diagnose_combine) {
  return pg::entry([=] {
    const MemoryContext context = context_of_aggregate(fcinfo);
    if (PG_ARGISNULL(1))
      return PG_ARGISNULL(0) ? (fcinfo->isnull = true, Datum(0)) : PG_GETARG_DATUM(0);
    const auto &other = *reinterpret_cast<const gathered *>(PG_GETARG_POINTER(1));
    if (PG_ARGISNULL(0))
      return call([&] { return PointerGetDatum(cloned(context, other)); });
    auto &state = *reinterpret_cast<gathered *>(PG_GETARG_POINTER(0));
    if (state.days.week_start != other.days.week_start)
      not_constant("week_start");
    if (state.has_today != other.has_today || (state.has_today && state.today != other.today))
      not_constant("today");
    call([&] {
      if (other.settings && keep_latest(state, context, other.settings_day, other.settings))
        state.has_kept_seen = false;
      merge(state.days, other.days, room_for_ratios, context);
    });
    return PointerGetDatum(&state);
  });
}

UPKEEP_FUNCTION(upkeep_diagnose_serialise) {
  return pg::entry([=] {
    context_of_aggregate(fcinfo);
    const auto &state = *reinterpret_cast<const gathered *>(PG_GETARG_POINTER(0));
    const std::string days = serialise(state.days);
    const wire_header header{state.is_minor, state.has_today,    state.settings != nullptr,
                             state.today,    state.settings_day, static_cast<std::uint32_t>(days.size())};
    return call([&] {
      const char *settings =
          state.settings ? JsonbToCString(nullptr, &state.settings->root, VARSIZE(state.settings)) : nullptr;
      return PointerGetDatum(bytes_of(header, days, settings));
    });
  });
}

// Errors: 22P03.
UPKEEP_FUNCTION(upkeep_diagnose_deserialise) {
  return pg::entry([=] {
    context_of_aggregate(fcinfo);
    const bytea *bytes = call([=] { return PG_GETARG_BYTEA_PP(0); });
    return PointerGetDatum(read_state({VARDATA_ANY(bytes), static_cast<std::size_t>(VARSIZE_ANY_EXHDR(bytes))}));
  });
}

// The document; NULL of no rows. Errors: 22023.
UPKEEP_FUNCTION(upkeep_diagnose_finish) {
  return pg::entry([=] {
    context_of_aggregate(fcinfo);
    if (PG_ARGISNULL(0)) {
      fcinfo->isnull = true;
      return Datum(0);
    }
    const auto &state = *reinterpret_cast<const gathered *>(PG_GETARG_POINTER(0));
    shop_settings settings = state.settings ? settings_from(settings_tree(state.settings)) : shop_settings();
    const day_number today = today_of(state, settings);
    pg::jsonb_sink document;
    diagnose({state.days, settings, today, state.is_minor, pg::sha256_hex}, document);
    return document.finish();
  });
}
