// Must not compile: a longjmp would skip the destructor of the captured string.
#include "postgres/boundary.hpp"

#include <string>

int captures(const std::string &text) {
  return upkeep::pg::call([text] { return static_cast<int>(text.size()); });
}
