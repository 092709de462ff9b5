// The arguments of an SQL function, checked for NULL and turned into C++ values.
#pragma once

#include "postgres/sql/text.hpp"

namespace upkeep::pg {

class arguments {
public:
  explicit arguments(FunctionCallInfo call_info) : info(call_info) {}

  // Each throws 22004, naming the argument, where it is NULL.
  Oid table(int index, const char *name) const;
  std::string string(int index, const char *name) const;
  std::string name(int index, const char *name) const;
  bool boolean(int index, const char *name) const;
  std::int32_t integer(int index, const char *name) const;
  // The value itself, of whatever type.
  Datum value(int index, const char *name) const;
  // A jsonb as text.
  std::string json(int index, const char *name) const;

  // How many the function has; fewer than the library knows in a database whose extension is older.
  int count() const { return info->nargs; }
  bool is_null(int index) const { return index >= count() || info->args[index].isnull; }
  // These read NULL as "not given"; NULL within an array is 22004.
  std::optional<Oid> optional_table(int index) const;
  std::optional<std::string> optional_name(int index) const;
  std::optional<std::string> optional_string(int index) const;
  std::optional<std::vector<std::string>> optional_names(int index, const char *name) const;
  std::optional<std::vector<std::string>> optional_strings(int index, const char *name) const;
  // The value itself, of whatever type.
  std::optional<Datum> optional_value(int index) const;

private:
  std::optional<std::vector<std::string>> elements(int index, const char *name, Oid type) const;
  Datum given(int index, const char *name, const char *hint) const;

  FunctionCallInfo info;
};

} // namespace upkeep::pg
