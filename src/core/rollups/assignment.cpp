#include "core/rollups/assignment.hpp"

namespace upkeep::rollups {

namespace {

bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
bool begins_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}
bool continues_name(char c) { return begins_name(c) || (c >= '0' && c <= '9') || c == '$'; }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

void skip_blanks(std::string_view &text) {
  while (!text.empty() && is_blank(text.front()))
    text.remove_prefix(1);
}

// Takes a quoted name, in which a quote is doubled, from the text; nullopt where it does not end.
std::optional<std::string> take_quoted(std::string_view &text) {
  std::string name;
  text.remove_prefix(1);
  while (!text.empty()) {
    const char c = text.front();
    text.remove_prefix(1);
    if (c == '"') {
      if (text.empty() || text.front() != '"')
        return name;
      text.remove_prefix(1);
    }
    name += c;
  }
  return std::nullopt;
}

std::optional<std::string> take_name(std::string_view &text) {
  if (!text.empty() && text.front() == '"')
    return take_quoted(text);
  std::string name;
  if (text.empty() || !begins_name(text.front()))
    return std::nullopt;
  for (; !text.empty() && continues_name(text.front()); text.remove_prefix(1))
    name += lower(text.front());
  return name;
}

} // namespace

std::optional<assignment> parse_assignment(std::string_view text) {
  skip_blanks(text);
  std::optional<std::string> column = take_name(text);
  skip_blanks(text);
  if (!column || column->empty() || text.empty() || text.front() != '=')
    return std::nullopt;
  text.remove_prefix(1);
  skip_blanks(text);
  while (!text.empty() && is_blank(text.back()))
    text.remove_suffix(1);
  if (text.empty())
    return std::nullopt;
  return assignment{std::move(*column), std::string(text)};
}

bool has_matching_parentheses(std::string_view text) {
  constexpr std::string_view::size_type none = std::string_view::npos;
  if (text.find_first_of("$\\") != none || text.find("--") != none || text.find("/*") != none)
    return true;
  int open = 0;
  char quote = '\0';
  for (const char c : text) {
    if (quote)
      quote = c == quote ? '\0' : quote; // a doubled one ends it and begins it again
    else if (c == '\'' || c == '"')
      quote = c;
    else if (c == '(')
      ++open;
    else if (c == ')' && --open < 0)
      return false;
  }
  return open == 0;
}

} // namespace upkeep::rollups
