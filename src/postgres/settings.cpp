#include "postgres/settings.hpp"

#include "postgres/compat.hpp"

#include <cstring>

namespace upkeep::pg {

unsigned paused_features = 0;

namespace {

struct pausable_name {
  const char *name;
  unsigned bits;
};
constexpr pausable_name pausables[] = {{"updated_at", unsigned(pausable::updated_at)},
                                       {"touch", unsigned(pausable::touch)},
                                       {"metrics", unsigned(pausable::metrics)},
                                       {"order_snapshots", unsigned(pausable::order_snapshots)},
                                       {"order_totals", unsigned(pausable::order_totals)},
                                       {"order_lock", unsigned(pausable::order_lock)},
                                       {"order_refunds", unsigned(pausable::order_refunds)},
                                       {"order_status", unsigned(pausable::order_status)},
                                       {"order_number", unsigned(pausable::order_number)},
                                       {"stock", unsigned(pausable::stock)},
                                       {"weekly_diagnostics", unsigned(pausable::weekly_diagnostics)},
                                       {"guard", unsigned(pausable::guard)},
                                       {"ad_decisions", unsigned(pausable::ad_decisions)},
                                       {"growth_simulations", unsigned(pausable::growth_simulations)},
                                       {"history", unsigned(pausable::history)},
                                       {"soft_delete", unsigned(pausable::soft_delete)},
                                       {"rollup", unsigned(pausable::rollup)},
                                       {"all", ~0u}};

#define UPKEEP_PAUSABLES                                                                                               \
  "updated_at, touch, metrics, order_snapshots, order_totals, order_lock, order_refunds, order_status, order_number, " \
  "stock, weekly_diagnostics, guard, ad_decisions, growth_simulations, history, soft_delete, rollup, or all"

// SET may send a list with its names quoted.
constexpr const char *separators = ", \t\n\"";

char *pause_text = nullptr;

// Reads a comma list of features into bits; leaves `unknown` at the first word that is not a feature.
bool read_pause(const char *value, unsigned &bits, char (&unknown)[NAMEDATALEN]) {
  bits = 0;
  for (const char *at = value; *at;) {
    at += std::strspn(at, separators);
    const std::size_t length = std::strcspn(at, separators);
    if (length == 0)
      break;
    unsigned found = 0;
    for (const pausable_name &each : pausables)
      if (std::strlen(each.name) == length && pg_strncasecmp(at, each.name, length) == 0)
        found = each.bits;
    if (!found) {
      strlcpy(unknown, at, Min(length + 1, sizeof unknown));
      return false;
    }
    bits |= found;
    at += length;
  }
  return true;
}

bool check_pause(char **value, void **, GucSource) {
  unsigned bits;
  char unknown[NAMEDATALEN];
  if (read_pause(*value, bits, unknown))
    return true;
  GUC_check_errcode(ERRCODE_INVALID_PARAMETER_VALUE);
  GUC_check_errdetail("\"%s\" is not a feature that can be paused.", unknown);
  GUC_check_errhint("Use a comma list of " UPKEEP_PAUSABLES ".");
  return false;
}

void assign_pause(const char *value, void *) {
  char unknown[NAMEDATALEN];
  read_pause(value, paused_features, unknown);
}

// They are kept in rows: who acts can be said in a line, and why in a few.
constexpr std::size_t max_actor_bytes = 256, max_reason_bytes = 1'000;

char *actor_text = nullptr;
char *reason_text = nullptr;

bool fits(const char *value, std::size_t most, const char *hint) {
  if (std::strlen(value) <= most)
    return true;
  GUC_check_errcode(ERRCODE_INVALID_PARAMETER_VALUE);
  GUC_check_errdetail("It has more than %d bytes.", static_cast<int>(most));
  GUC_check_errhint("%s", hint);
  return false;
}

bool check_actor(char **value, void **, GucSource) {
  return fits(*value, max_actor_bytes, "Use the name or the key of the user.");
}

bool check_reason(char **value, void **, GucSource) {
  return fits(*value, max_reason_bytes, "Use the number of a ticket, or a sentence.");
}

} // namespace

const char *actor() { return actor_text && *actor_text ? actor_text : nullptr; }

const char *reason() { return reason_text && *reason_text ? reason_text : nullptr; }

void define_settings() {
  DefineCustomStringVariable("upkeep.pause", "Silences features of pg_upkeep.",
                             "A comma list of " UPKEEP_PAUSABLES ". Meant for SET LOCAL in bulk work and restores.",
                             &pause_text, "", PGC_SUSET, GUC_LIST_INPUT, check_pause, assign_pause, nullptr);
  DefineCustomStringVariable("upkeep.actor", "Who acts, as the application says.",
                             "Anyone may set it to anything: it is kept beside the role, which the database knows.",
                             &actor_text, "", PGC_USERSET, 0, check_actor, nullptr, nullptr);
  DefineCustomStringVariable("upkeep.reason", "Why, as the application says.",
                             "It is kept with each entry of upkeep.history, beside upkeep.actor.", &reason_text, "",
                             PGC_USERSET, 0, check_reason, nullptr, nullptr);
  MarkGUCPrefixReserved("upkeep");
}

} // namespace upkeep::pg
