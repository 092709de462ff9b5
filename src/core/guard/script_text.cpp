#include "core/guard/script_text.hpp"

#include <algorithm>
#include <array>

namespace upkeep::guard {

namespace {

constexpr std::string_view blanks = " \t\r\n\f\v";

std::string lower(std::string_view text) {
  std::string result(text);
  for (char &c : result)
    if (c >= 'A' && c <= 'Z')
      c = static_cast<char>(c - 'A' + 'a');
  return result;
}

// Words with one blank between them.
std::string words_of(std::string_view text) {
  std::string words;
  for (const char c : text)
    if (blanks.find(c) == std::string_view::npos)
      words += c;
    else if (!words.empty() && words.back() != ' ')
      words += ' ';
  if (words.ends_with(' '))
    words.pop_back();
  return lower(words);
}

// A line's comment from its hyphens on.
bool begins_way_back(std::string_view comment) {
  const std::size_t first = comment.find_first_not_of("- \t");
  const std::string words = words_of(first == std::string_view::npos ? std::string_view{} : comment.substr(first));
  constexpr std::array<std::string_view, 9> markers{
      "migrate:down", "+goose down",  "+migrate down", "down migration",
      "//@undo",      "rambler down", "+micrate down", "create above / drop below",
      "!downs"};
  return std::any_of(markers.begin(), markers.end(), [&](std::string_view marker) {
    return words.starts_with(marker) && (words.size() == marker.size() || words[marker.size()] == ' ');
  });
}

bool reads_data(std::string_view statement) {
  const std::string words = words_of(statement);
  return words.starts_with("copy ") && words.find(" from stdin") != std::string::npos;
}

bool is_name_part(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || (c & 0x80);
}

class reader {
public:
  explicit reader(std::string_view file) : file(file), result{std::string(file)} {}

  script_text read() {
    while (at < file.size() && !result.way_back)
      step();
    if (result.way_back)
      result.sql.resize(result.way_back->position);
    return std::move(result);
  }

private:
  bool is(std::string_view text, std::size_t where) const { return file.substr(where).starts_with(text); }
  std::size_t end_of_line(std::size_t from) const { return std::min(file.find('\n', from), file.size()); }

  void step() {
    const char c = file[at];
    if (is("--", at))
      return line_comment();
    if (is("/*", at)) {
      const bool is_before = statement == at;
      at = behind_comment(at);
      if (is_before)
        statement = at;
    } else if (c == '\'') {
      at = behind_quote('\'', at > 0 && (file[at - 1] == 'E' || file[at - 1] == 'e') &&
                                  (at == 1 || !is_name_part(file[at - 2])));
    } else if (c == '"') {
      at = behind_quote('"', false);
    } else if (c == '$' && (at == 0 || !is_name_part(file[at - 1]))) {
      at = behind_dollar_quote();
    } else if (c == '\\') {
      psql_command();
    } else if (c == ';') {
      ++at;
      if (reads_data(file.substr(statement, at - statement)))
        skip_data();
      statement = at;
    } else {
      if (statement == at && blanks.find(c) != std::string_view::npos)
        ++statement;
      ++at;
    }
  }

  void line_comment() {
    const std::size_t end = end_of_line(at);
    const std::string_view comment = file.substr(at, end - at);
    if (begins_way_back(comment) && has_statements(end))
      result.way_back = {at, std::string(comment.substr(0, comment.find_last_not_of(blanks) + 1))};
    if (statement == at)
      statement = end;
    at = end;
  }

  // Whether anything but comments follows.
  bool has_statements(std::size_t from) const {
    while (from < file.size())
      if (is("--", from))
        from = end_of_line(from);
      else if (is("/*", from))
        from = behind_comment(from);
      else if (blanks.find(file[from]) == std::string_view::npos)
        return true;
      else
        ++from;
    return false;
  }

  std::size_t behind_comment(std::size_t from) const {
    for (int depth = 0; from < file.size();)
      if (is("/*", from)) {
        ++depth;
        from += 2;
      } else if (is("*/", from)) {
        from += 2;
        if (--depth == 0)
          return from;
      } else {
        ++from;
      }
    return file.size();
  }

  std::size_t behind_quote(char quote, bool has_escapes) const {
    for (std::size_t to = at + 1; to < file.size(); ++to)
      if (has_escapes && file[to] == '\\')
        ++to;
      else if (file[to] == quote)
        return to + 1; // of two, the second opens the rest
    return file.size();
  }

  std::size_t behind_dollar_quote() const {
    std::size_t end = at + 1;
    while (end < file.size() && is_name_part(file[end]))
      ++end;
    if (end >= file.size() || file[end] != '$' || (file[at + 1] >= '0' && file[at + 1] <= '9'))
      return at + 1;
    const std::string_view tag = file.substr(at, end + 1 - at);
    const std::size_t close = file.find(tag, end + 1);
    return close == std::string_view::npos ? file.size() : close + tag.size();
  }

  // To the end of its line; some send the statement that stands before them.
  void psql_command() {
    const std::size_t end = is("\\;", at) ? at + 2 : end_of_line(at);
    const std::string_view line = file.substr(at, end - at);
    const std::string_view name = line.substr(1, line.find_first_of(" \t\r\n;'\"|", 1) - 1);
    constexpr std::array<std::string_view, 8> senders{"g", "gx", "gexec", "gset", "gdesc", "crosstabview", "watch", ""};
    constexpr std::array<std::string_view, 10> runs_more{
        "i", "ir", "include", "include_relative", "gexec", "copy", "connect", "c", "!", "if"};
    if (std::find(runs_more.begin(), runs_more.end(), name) != runs_more.end())
      result.unseen.push_back({at, std::string(line.substr(0, line.find_last_not_of(blanks) + 1))});
    std::fill(result.sql.begin() + at, result.sql.begin() + end, ' ');
    if (std::find(senders.begin(), senders.end(), name) != senders.end())
      result.sql[at] = ';';
    at = end;
    statement = end;
  }

  // Behind the statement's line, until the line "\.".
  void skip_data() {
    std::size_t from = end_of_line(at), to = from;
    while (to < file.size()) {
      const std::size_t line = to + 1, end = end_of_line(line);
      const bool is_last = line < file.size() && words_of(file.substr(line, end - line)) == "\\.";
      to = std::min(end, file.size());
      if (is_last)
        break;
    }
    for (; from < to; ++from)
      if (result.sql[from] != '\n')
        result.sql[from] = ' ';
    at = to;
  }

  std::string_view file;
  script_text result;
  std::size_t at = 0;
  std::size_t statement = 0; // where the present one begins
};

} // namespace

script_text read_script(std::string_view file) { return reader(file).read(); }

} // namespace upkeep::guard
