#include "core/report/html/markup.hpp"

#include <algorithm>

namespace upkeep::report {

namespace {

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }

// U+202A to U+202E and U+2066 to U+2069 would change the order in which the rest of the page is shown. The number of
// their bytes, else 0.
std::size_t direction_mark(std::string_view rest) {
  if (rest.size() < 3 || !rest.starts_with('\xE2'))
    return 0;
  const bool is_embedding = rest[1] == '\x80' && rest[2] >= '\xAA' && rest[2] <= '\xAE';
  const bool is_isolate = rest[1] == '\x81' && rest[2] >= '\xA6' && rest[2] <= '\xA9';
  return is_embedding || is_isolate ? 3 : 0;
}

// The text without what would act on what follows it; other control characters are blanks.
std::string cleaned(std::string_view text) {
  std::string result;
  result.reserve(text.size() + text.size() / 8);
  for (std::size_t i = 0; i < text.size(); ++i)
    if (const std::size_t mark = direction_mark(text.substr(i)))
      i += mark - 1;
    else
      result += is_control(text[i]) ? ' ' : text[i];
  return result;
}

constexpr std::string_view special_in_markdown = "\\`*_[]{}<>|#~&!";

bool is_w(char c) { return c == 'w' || c == 'W'; }

// Whether GitHub would make a link of plain text that has an address here.
bool is_in_link(std::string_view before, std::string_view rest) {
  const std::size_t size = before.size();
  return rest.starts_with('@') || rest.starts_with("://") ||
         (rest.starts_with('.') && size >= 3 && is_w(before[size - 1]) && is_w(before[size - 2]) &&
          is_w(before[size - 3]));
}

// Where a text that begins a line has what would make it a list, a rule or a heading: "-", or the point of "1.".
std::size_t list_marker(std::string_view text) {
  const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  const std::string_view rest = text.substr(digits);
  const bool is_marker = digits == 0 ? rest.starts_with('-') || rest.starts_with('+') || rest.starts_with('=')
                                     : rest.starts_with('.') || rest.starts_with(')');
  return is_marker ? digits : std::string_view::npos;
}

} // namespace

std::string html_escaped(std::string_view text) {
  std::string result;
  for (const char c : cleaned(text))
    switch (c) {
    case '&':
      result += "&amp;";
      break;
    case '<':
      result += "&lt;";
      break;
    case '>':
      result += "&gt;";
      break;
    case '"':
      result += "&quot;";
      break;
    case '\'':
      result += "&#39;";
      break;
    default:
      result += c;
    }
  return result;
}

std::string markdown_escaped(std::string_view data) {
  const std::string clean = cleaned(data);
  std::string_view text = clean;
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  const std::size_t marker = list_marker(text);
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (special_in_markdown.find(c) != std::string_view::npos || i == marker ||
        is_in_link(text.substr(0, i), text.substr(i)))
      result += '\\';
    result += c;
  }
  return result;
}

} // namespace upkeep::report
