#include "features/diagnostics/settings.hpp"

namespace upkeep::diagnostics {

json settings_tree(Jsonb *settings) {
  return parse_json(pg::string_from([=] { return JsonbToCString(nullptr, &settings->root, VARSIZE(settings)); }),
                    on_too_deep::cut);
}

} // namespace upkeep::diagnostics
