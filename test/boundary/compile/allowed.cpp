// Must compile: the lambda captures by reference, the result is trivial.
#include "postgres/boundary.hpp"

#include <string>

int allowed(const std::string &text) {
  return upkeep::pg::call([&] { return static_cast<int>(text.size()); });
}
