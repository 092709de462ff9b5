#include "postgres/clock.hpp"

namespace upkeep::pg {

std::optional<DateADT> date_in_zone(const std::string &zone) {
  pg_tz *where = zone.empty() ? session_timezone : call([&] { return pg_tzset(zone.c_str()); });
  if (!where || !pg_tz_acceptable(where))
    return std::nullopt;
  pg_tm time{};
  fsec_t fraction;
  int offset;
  if (call([&] {
        return timestamp2tm(GetCurrentTransactionStartTimestamp(), &offset, &time, &fraction, nullptr, where);
      }))
    return std::nullopt;
  return date2j(time.tm_year, time.tm_mon, time.tm_mday) - POSTGRES_EPOCH_JDATE;
}

} // namespace upkeep::pg
