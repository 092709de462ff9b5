// Must not compile: a longjmp would skip the destructor of the result.
#include "postgres/boundary.hpp"

#include <string>

std::string returns() {
  return upkeep::pg::call([] { return std::string("text"); });
}
