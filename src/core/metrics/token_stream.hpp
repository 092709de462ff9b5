// The words of a formula.
#pragma once

#include <string>
#include <string_view>

namespace upkeep::metrics {

enum class token_kind { end, number, name, quoted_name, symbol };

struct token {
  token_kind kind;
  std::string_view text; // as it is written
  int position;          // of its first character, from 1

  bool is(char symbol) const { return kind == token_kind::symbol && text[0] == symbol; }
};

class token_stream {
public:
  explicit token_stream(std::string_view text) : formula(text) {}

  // The next token; at the end, again and again, the end's. Throws 42601 for a number that runs into a name or another
  // number, a quoted name without end or characters, and a comment.
  token next();

private:
  token take(token_kind kind, std::size_t length);
  std::size_t number_length() const;
  std::size_t quoted_length() const;
  [[noreturn]] void refuse(const std::string &what, const std::string &hint) const;

  std::string_view formula;
  std::size_t at = 0;
  int position = 1;
};

// The name that a name's token means: in lower case, or without its quotes.
std::string name_in(const token &name);

// The inverse: a name as a formula writes it, in double quotes where it needs them.
std::string written_name(const std::string &name);

} // namespace upkeep::metrics
