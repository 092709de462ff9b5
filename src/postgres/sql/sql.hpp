// SQL as texts that can be read as they stand, and pasted into psql once their names are filled in:
//
//   sql(R"sql(
//     SELECT i.id, i.options[1]
//     FROM {lines} i
//     WHERE i.order_id [=] ANY ($1) AND i.status [<>] ALL ('{open,paid}') AND i.kind [=] {kind}
//   )sql",
//       "lines"_is = table{oid}, "kind"_is = literal{kind})
//
// [op] is OPERATOR(pg_catalog.op), which no search_path can turn. {name} is the argument of that name; its type says
// how it is quoted. What stands in quotes or in a comment stays as it is. A {name} without an argument, or an argument
// without its {name}, does not compile.
#pragma once

#include "postgres/sql/fragment.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <string_view>

namespace upkeep::pg {

namespace sql_template {

enum class kind { verbatim, operation, argument, line };

// The first part of a template: some text, the operator in brackets, the name in braces, or the end of a line with the
// blanks after it.
struct part {
  kind is;
  std::string_view text;
  std::size_t length;
};

inline constexpr std::string_view operator_characters = "+-*/<>=~!@#%^&|`?";

// A "[" of an array, as in a[1], ARRAY[$1] and text[], opens no operator.
constexpr std::size_t length_of_operator(std::string_view text) {
  const std::size_t end = text.find_first_not_of(operator_characters, 1);
  return end != 1 && end < text.size() && text[end] == ']' ? end + 1 : 0;
}

// What is copied as it stands: up to the next line, brace or bracket that is not in a quoted text, a quoted name or a
// comment.
constexpr std::size_t length_of_verbatim(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size())
    switch (const char character = text[at]) {
    case '\'':
    case '"':
      at = std::min(text.find(character, at + 1), text.size() - 1) + 1;
      break;
    case '-':
      at = text.substr(at).starts_with("--") ? std::min(text.find('\n', at), text.size()) : at + 1;
      break;
    case '\n':
    case '{':
    case '[':
      if (at > 0)
        return at;
      [[fallthrough]];
    default:
      ++at;
    }
  return at;
}

constexpr part first_part(std::string_view text) {
  if (text[0] == '\n') {
    const std::size_t length = std::min(text.find_first_not_of(' ', 1), text.size());
    return {kind::line, text.substr(1, length - 1), length};
  }
  if (text[0] == '{') {
    const std::size_t end = std::min(text.find('}'), text.size() - 1);
    return {kind::argument, text.substr(1, end - 1), end + 1};
  }
  if (text[0] == '[')
    if (const std::size_t length = length_of_operator(text))
      return {kind::operation, text.substr(1, length - 2), length};
  const std::size_t length = length_of_verbatim(text);
  return {kind::verbatim, text.substr(0, length), length};
}

// The blanks before each of its lines.
constexpr std::size_t indent_of(std::string_view text) {
  std::size_t indent = text.size();
  for (part each{}; !text.empty(); text.remove_prefix(each.length))
    if (each = first_part(text); each.is == kind::line && each.length < text.size() && text[each.length] != '\n')
      indent = std::min(indent, each.text.size());
  return indent;
}

struct value {
  std::string_view name;
  const fragment &sql;
};

std::string filled(std::string_view text, std::size_t indent, std::span<const value> values);

// Not constexpr: the compiler stops at them and tells their names.
void argument_is_missing_for_a_name_of_the_template();
void template_does_not_use_an_argument();

template <std::size_t size> struct name {
  consteval name(const char (&characters)[size]) { std::copy_n(characters, size, text); }
  constexpr std::string_view view() const { return {text, size - 1}; }
  char text[size];
};

template <name Name> struct argument {
  static constexpr std::string_view name() { return Name.view(); }
  const fragment &sql;
};

template <name Name> struct argument_name {
  argument<Name> operator=(const fragment &sql) const { return {sql}; }
};

// A template whose names are those of the arguments.
template <class... Arguments> class checked {
public:
  consteval checked(const char *characters) : text(characters), indent(indent_of(text)) {
    constexpr std::array<std::string_view, sizeof...(Arguments)> names{Arguments::name()...};
    std::array<bool, sizeof...(Arguments)> used{};
    part each{};
    for (std::string_view rest = text; !rest.empty(); rest.remove_prefix(each.length)) {
      each = first_part(rest);
      if (each.is != kind::argument)
        continue;
      const auto found = std::find(names.begin(), names.end(), each.text);
      if (found == names.end())
        argument_is_missing_for_a_name_of_the_template();
      used[static_cast<std::size_t>(found - names.begin())] = true;
    }
    if (std::find(used.begin(), used.end(), false) != used.end())
      template_does_not_use_an_argument();
  }

  std::string_view text;
  std::size_t indent;
};

} // namespace sql_template

template <class... Arguments>
fragment sql(sql_template::checked<std::type_identity_t<Arguments>...> text, const Arguments &...arguments) {
  const std::array<sql_template::value, sizeof...(Arguments)> values{
      sql_template::value{Arguments::name(), arguments.sql}...};
  return fragment(sql_template::filled(text.text, text.indent, values));
}

} // namespace upkeep::pg

namespace upkeep {

// "lines"_is = value: an argument of pg::sql.
template <pg::sql_template::name Name> consteval pg::sql_template::argument_name<Name> operator""_is() { return {}; }

} // namespace upkeep
