#include "postgres/sql/parameter.hpp"

namespace upkeep::pg {

parameter parameter::text(const std::string &value) {
  return {TEXTOID, call([&] { return CStringGetTextDatum(value.c_str()); })};
}

} // namespace upkeep::pg
