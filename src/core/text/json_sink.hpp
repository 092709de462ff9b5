// Where a JSON document is written to, member by member: a tree, or whatever the server keeps.
#pragma once

#include "core/numeric/fraction.hpp"
#include "core/text/json.hpp"

#include <span>

namespace upkeep {

class json_sink {
public:
  virtual void begin_object() = 0;
  virtual void end_object() = 0;
  virtual void begin_array() = 0;
  virtual void end_array() = 0;
  // Of the next value. Objects are written with short keys first, and those by their bytes: jsonb keeps them so, and
  // need not sort then.
  virtual void key(std::string_view name) = 0;
  virtual void string(std::string_view text) = 0;
  virtual void number(int128 digits, int scale) = 0; // digits / 10^scale
  // The same with all its decimals, also those that are zeros.
  virtual void written_number(int128 digits, int scale) = 0;
  virtual void boolean(bool value) = 0;
  virtual void null() = 0;

  void string_or_null(std::string_view text) { text.empty() ? null() : string(text); }
  void value(const json &whole);

  void member(std::string_view name, std::string_view text) {
    key(name);
    string(text);
  }
  void member_number(std::string_view name, int128 digits, int scale = 0) {
    key(name);
    number(digits, scale);
  }
  void member_null(std::string_view name) {
    key(name);
    null();
  }

protected:
  ~json_sink() = default;
};

} // namespace upkeep
