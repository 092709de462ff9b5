#include "postgres/sql/arguments.hpp"

#include "postgres/values/array_elements.hpp"

namespace upkeep::pg {

namespace {

constexpr const char *pass_one = "Pass a value, or leave the argument out where it has a default.";

[[noreturn]] void null_argument(const char *name, const char *hint) {
  throw fault{.sqlstate = sqlstate::null_value_not_allowed,
              .message = fmt::format("argument \"{}\" must not be null", name),
              .hint = hint};
}

} // namespace

Datum arguments::given(int index, const char *name, const char *hint) const {
  if (info->args[index].isnull)
    null_argument(name, hint);
  return info->args[index].value;
}

Oid arguments::table(int index, const char *name) const {
  return DatumGetObjectId(given(index, name, "Pass the name of a table that exists."));
}

std::string arguments::string(int index, const char *name) const {
  const Datum value = given(index, name, pass_one);
  return string_from([=] { return text_to_cstring(DatumGetTextPP(value)); });
}

std::string arguments::name(int index, const char *name) const {
  return NameStr(*DatumGetName(given(index, name, pass_one)));
}

bool arguments::boolean(int index, const char *name) const { return DatumGetBool(given(index, name, pass_one)); }

std::int32_t arguments::integer(int index, const char *name) const {
  return DatumGetInt32(given(index, name, pass_one));
}

Datum arguments::value(int index, const char *name) const { return given(index, name, pass_one); }

std::string arguments::json(int index, const char *name) const {
  const Datum value = given(index, name, pass_one);
  return string_from([=] { return DatumGetCString(DirectFunctionCall1(jsonb_out, value)); });
}

std::optional<Oid> arguments::optional_table(int index) const {
  return is_null(index) ? std::nullopt : std::optional(DatumGetObjectId(info->args[index].value));
}

std::optional<std::string> arguments::optional_name(int index) const {
  if (is_null(index))
    return std::nullopt;
  return NameStr(*DatumGetName(info->args[index].value));
}

std::optional<std::string> arguments::optional_string(int index) const {
  return is_null(index) ? std::nullopt : std::optional(string(index, ""));
}

std::optional<Datum> arguments::optional_value(int index) const {
  return is_null(index) ? std::nullopt : std::optional(info->args[index].value);
}

std::optional<std::vector<std::string>> arguments::optional_names(int index, const char *name) const {
  return elements(index, name, NAMEOID);
}

std::optional<std::vector<std::string>> arguments::optional_strings(int index, const char *name) const {
  return elements(index, name, TEXTOID);
}

// Of an array of name or text.
std::optional<std::vector<std::string>> arguments::elements(int index, const char *name, Oid type) const {
  if (is_null(index))
    return std::nullopt;
  const array_elements found = elements_of(info->args[index].value, type);
  std::vector<std::string> texts;
  for (int i = 0; i < found.count; ++i) {
    if (found.nulls[i])
      throw fault{.sqlstate = sqlstate::null_value_not_allowed,
                  .message = fmt::format("argument \"{}\" must not contain a null", name),
                  .hint = "Leave the null out."};
    texts.push_back(type == NAMEOID ? NameStr(*DatumGetName(found.values[i]))
                                    : string_from([&] { return TextDatumGetCString(found.values[i]); }));
  }
  return texts;
}

} // namespace upkeep::pg
