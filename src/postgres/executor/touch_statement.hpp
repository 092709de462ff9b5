// The UPDATE by which touch stamps parents.
#pragma once

#include "postgres/compat.hpp"

namespace upkeep::pg {

// While one of these lives, an UPDATE with exactly this text is a touch.
class touch_statement {
public:
  explicit touch_statement(const char *text);
  touch_statement(const touch_statement &) = delete;
  touch_statement &operator=(const touch_statement &) = delete;
  ~touch_statement();

  // Whether this is that text.
  static bool is(const char *text);

private:
  const char *outer;
};

} // namespace upkeep::pg
