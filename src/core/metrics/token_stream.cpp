#include "core/metrics/token_stream.hpp"

#include "core/fault.hpp"
#include "core/metrics/formula_message.hpp"
#include "core/text/characters.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace upkeep::metrics {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool begins_name(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (c & 0x80); }
bool continues_name(char c) { return begins_name(c) || is_digit(c) || c == '$'; }

std::size_t run_length(std::string_view text, bool (*belongs)(char)) {
  return static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), belongs) - text.begin());
}

} // namespace

token token_stream::next() {
  while (at < formula.size() && is_blank(formula[at]))
    ++at, ++position;
  const std::string_view rest = formula.substr(at);
  if (rest.empty())
    return {token_kind::end, rest, position};
  if (rest.starts_with("--") || rest.starts_with("/*"))
    refuse("unexpected comment", "Formulas have no comments. Two minus signs in a row need a blank between them.");
  if (is_digit(rest[0]) || (rest[0] == '.' && rest.size() > 1 && is_digit(rest[1])))
    return take(token_kind::number, number_length());
  if (begins_name(rest[0]))
    return take(token_kind::name, run_length(rest, continues_name));
  if (rest[0] == '"')
    return take(token_kind::quoted_name, quoted_length());
  return take(token_kind::symbol, 1);
}

token token_stream::take(token_kind kind, std::size_t length) {
  const token taken{kind, formula.substr(at, length), position};
  at += length;
  position += count_characters(taken.text);
  return taken;
}

// 1, 1.5, .5, 5., each with an exponent or without.
std::size_t token_stream::number_length() const {
  const std::string_view rest = formula.substr(at);
  std::size_t length = run_length(rest, is_digit);
  if (length < rest.size() && rest[length] == '.')
    length += 1 + run_length(rest.substr(length + 1), is_digit);
  if (length < rest.size() && (rest[length] == 'e' || rest[length] == 'E')) {
    std::size_t digits = length + 1;
    if (digits < rest.size() && (rest[digits] == '+' || rest[digits] == '-'))
      ++digits;
    if (digits < rest.size() && is_digit(rest[digits]))
      length = digits + run_length(rest.substr(digits), is_digit);
  }
  const auto runs_on = [](char c) { return continues_name(c) || c == '.'; };
  if (const std::size_t junk = run_length(rest.substr(length), runs_on))
    refuse(fmt::format("syntax error at or near {}", quoted_for_message(rest.substr(0, length + junk))),
           "Numbers are written as in SQL: 12, 0.4, 1.5e3.");
  return length;
}

std::size_t token_stream::quoted_length() const {
  const std::string_view rest = formula.substr(at);
  std::size_t end = 1;
  while (end < rest.size() && (rest[end] != '"' || rest.substr(end).starts_with("\"\"")))
    end += rest[end] == '"' ? 2 : 1;
  if (end >= rest.size())
    refuse("unterminated quoted name", "Close the name with a double quote; one within it is written twice.");
  if (end == 1)
    refuse("empty quoted name", "Write a column's name between the double quotes.");
  return end + 1;
}

void token_stream::refuse(const std::string &what, const std::string &hint) const {
  throw fault{
      .sqlstate = sqlstate::syntax_error, .message = at_position(what, std::string(formula), position), .hint = hint};
}

std::string name_in(const token &name) {
  std::string meant;
  if (name.kind == token_kind::name) {
    for (const char c : name.text)
      meant += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  } else {
    for (std::size_t i = 1; i + 1 < name.text.size(); i += name.text[i] == '"' ? 2 : 1)
      meant += name.text[i];
  }
  return meant;
}

std::string written_name(const std::string &name) {
  const auto is_plain = [](char c) { return continues_name(c) && !(c >= 'A' && c <= 'Z'); };
  if (!name.empty() && begins_name(name[0]) && std::all_of(name.begin(), name.end(), is_plain))
    return name;
  std::string written = "\"";
  for (const char c : name)
    written += c == '"' ? std::string(2, c) : std::string(1, c);
  return written + '"';
}

} // namespace upkeep::metrics
