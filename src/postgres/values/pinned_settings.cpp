#include "postgres/values/pinned_settings.hpp"

namespace upkeep::pg {

int pin_settings() {
  constexpr const char *settings[][2] = {{"TimeZone", "UTC"},           {"DateStyle", "ISO, YMD"},
                                         {"IntervalStyle", "postgres"}, {"extra_float_digits", "1"},
                                         {"bytea_output", "hex"},       {"lc_monetary", "C"},
                                         {"xmloption", "content"},      {"search_path", "pg_catalog, pg_temp"}};
  const int level = NewGUCNestLevel();
  for (const auto &[name, pinned] : settings)
    set_config_option(name, pinned, PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
  return level;
}

void unpin_settings(int level) { AtEOXact_GUC(true, level); }

} // namespace upkeep::pg
