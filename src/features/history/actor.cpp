// upkeep.set_actor: who acts in this transaction, and why.
#include "postgres/sql/arguments.hpp"

using namespace upkeep;

namespace {

// As SET LOCAL.
void set_local(const char *setting, const std::string &value) {
  pg::call(
      [&] { set_config_option(setting, value.c_str(), PGC_USERSET, PGC_S_SESSION, GUC_ACTION_LOCAL, true, 0, false); });
}

} // namespace

// upkeep.set_actor(actor, reason): NULL for none. Until the end of the transaction. Errors: 22023 one that is too long.
UPKEEP_FUNCTION(upkeep_set_actor) {
  return pg::entry([=] {
    const pg::arguments given(fcinfo);
    set_local("upkeep.actor", given.optional_string(0).value_or(""));
    set_local("upkeep.reason", given.optional_string(1).value_or(""));
    return Datum(0);
  });
}
