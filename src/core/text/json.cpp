#include "core/text/json.hpp"

#include "core/fault.hpp"

#include <algorithm>
#include <cstdint>
#include <fmt/format.h>

namespace upkeep {

namespace {

constexpr int deepest = 100;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool opens(char c) { return c == '{' || c == '['; }
bool closes(char c) { return c == '}' || c == ']'; }
bool is_json_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

} // namespace

class json_reader {
public:
  json_reader(std::string_view text, on_too_deep deep) : text(text), deep(deep) {}

  json read() {
    json result = value(0);
    skip_blanks();
    if (at != text.size())
      fail("something follows the value");
    return result;
  }

private:
  [[noreturn]] void fail(const char *what) const {
    throw fault{.sqlstate = sqlstate::invalid_text_representation,
                .message = "this is not JSON",
                .detail = fmt::format("At byte {}: {}.", at + 1, what),
                .hint = "Pass a JSON text."};
  }

  void skip_blanks() {
    while (at < text.size() && is_json_blank(text[at]))
      ++at;
  }
  char peek() const { return at < text.size() ? text[at] : '\0'; }
  bool take(char c) {
    if (peek() != c || at == text.size())
      return false;
    ++at;
    return true;
  }
  void expect(std::string_view word) {
    if (text.substr(at, word.size()) != word)
      fail("a value was expected");
    at += word.size();
  }

  json value(int depth) {
    if (depth > deepest && deep == on_too_deep::refuse)
      fail("nested too deep");
    skip_blanks();
    if (depth > deepest && opens(peek())) {
      skip_nested();
      return {};
    }
    switch (peek()) {
    case '{':
      return object(depth);
    case '[':
      return array(depth);
    case '"':
      return json::string(string());
    case 't':
      expect("true");
      return json::boolean(true);
    case 'f':
      expect("false");
      return json::boolean(false);
    case 'n':
      expect("null");
      return {};
    default:
      return json::number(number());
    }
  }

  // An array or object, however deep, without a call for each level.
  void skip_nested() {
    std::size_t open = 0;
    do {
      if (at == text.size())
        fail("a bracket or a brace was expected");
      if (peek() == '"') {
        string();
        continue;
      }
      open += opens(peek()) ? 1 : 0;
      open -= closes(peek()) ? 1 : 0;
      ++at;
    } while (open > 0);
  }

  json object(int depth) {
    json result = json::object();
    ++at;
    skip_blanks();
    if (take('}'))
      return result;
    do {
      skip_blanks();
      if (peek() != '"')
        fail("a key was expected");
      const std::string key = string();
      skip_blanks();
      if (!take(':'))
        fail("a colon was expected");
      result.members_.emplace_back(key, value(depth + 1));
      skip_blanks();
    } while (take(','));
    if (!take('}'))
      fail("a comma or a brace was expected");
    return result;
  }

  json array(int depth) {
    json result = json::array();
    ++at;
    skip_blanks();
    if (take(']'))
      return result;
    do {
      result.add(value(depth + 1));
      skip_blanks();
    } while (take(','));
    if (!take(']'))
      fail("a comma or a bracket was expected");
    return result;
  }

  void digits() {
    if (!is_digit(peek()))
      fail("a value was expected");
    while (is_digit(peek()))
      ++at;
  }

  std::string number() {
    const std::size_t start = at;
    take('-');
    if (!take('0'))
      digits();
    if (take('.'))
      digits();
    if (take('e') || take('E')) {
      if (!take('+'))
        take('-');
      digits();
    }
    return std::string(text.substr(start, at - start));
  }

  std::uint32_t four_hex() {
    std::uint32_t code = 0;
    for (int i = 0; i < 4; ++i, ++at) {
      const char c = peek();
      const int digit = is_digit(c)            ? c - '0'
                        : c >= 'a' && c <= 'f' ? c - 'a' + 10
                        : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                               : -1;
      if (digit < 0)
        fail("four hexadecimal digits were expected");
      code = code * 16 + static_cast<std::uint32_t>(digit);
    }
    return code;
  }

  void escaped(std::string &into) {
    static constexpr std::string_view letters = "\"\\/bfnrt", meanings = "\"\\/\b\f\n\r\t";
    const std::size_t letter = letters.find(peek());
    if (letter != std::string_view::npos && at < text.size()) {
      into += meanings[letter];
      ++at;
      return;
    }
    if (!take('u'))
      fail("no such escape");
    std::uint32_t code = four_hex();
    if (code >= 0xD800 && code < 0xDC00) {
      if (!take('\\') || !take('u'))
        fail("half a surrogate pair");
      const std::uint32_t low = four_hex();
      if (low < 0xDC00 || low >= 0xE000)
        fail("half a surrogate pair");
      code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
    } else if (code >= 0xDC00 && code < 0xE000) {
      fail("half a surrogate pair");
    }
    if (code == 0)
      fail("a text cannot hold \\u0000");
    append_utf8(code, into);
  }

  static void append_utf8(std::uint32_t code, std::string &into) {
    const auto tail = [&](int shift) { into += static_cast<char>(0x80 | ((code >> shift) & 0x3F)); };
    if (code < 0x80) {
      into += static_cast<char>(code);
    } else if (code < 0x800) {
      into += static_cast<char>(0xC0 | (code >> 6));
      tail(0);
    } else if (code < 0x10000) {
      into += static_cast<char>(0xE0 | (code >> 12));
      tail(6);
      tail(0);
    } else {
      into += static_cast<char>(0xF0 | (code >> 18));
      tail(12);
      tail(6);
      tail(0);
    }
  }

  std::string string() {
    std::string result;
    ++at;
    for (;;) {
      if (at == text.size())
        fail("a quote was expected");
      const char c = text[at++];
      if (c == '"')
        return result;
      if (static_cast<unsigned char>(c) < 0x20)
        fail("a control character within a string");
      if (c == '\\')
        escaped(result);
      else
        result += c;
    }
  }

  std::string_view text;
  on_too_deep deep;
  std::size_t at = 0;
};

json json::boolean(bool value) {
  json result;
  result.type_ = kind::boolean;
  result.text_ = value ? "true" : "false";
  return result;
}

json json::number(std::string text) {
  json result;
  result.type_ = kind::number;
  result.text_ = std::move(text);
  return result;
}

json json::string(std::string text) {
  json result;
  result.type_ = kind::string;
  result.text_ = std::move(text);
  return result;
}

json json::array() {
  json result;
  result.type_ = kind::array;
  return result;
}

json json::object() {
  json result;
  result.type_ = kind::object;
  return result;
}

const json &json::operator[](std::string_view key) const {
  // Never destroyed, as the library may be gone when statics are.
  static const json &nothing = *new json;
  const auto found =
      std::find_if(members_.rbegin(), members_.rend(), [&](const member &each) { return each.first == key; });
  return found == members_.rend() ? nothing : found->second;
}

json *json::find(std::string_view key) {
  const auto found =
      std::find_if(members_.rbegin(), members_.rend(), [&](const member &each) { return each.first == key; });
  return found == members_.rend() ? nullptr : &found->second;
}

void json::set(std::string_view key, json value) {
  if (json *existing = find(key))
    *existing = std::move(value);
  else
    members_.emplace_back(key, std::move(value));
}

void json::add(json element) { elements_.push_back(std::move(element)); }

void write_json_string(std::string_view text, std::string &into) {
  into += '"';
  for (const char c : text)
    if (c == '"' || c == '\\') {
      into += '\\';
      into += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      into += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    } else {
      into += c;
    }
  into += '"';
}

void json::write(std::string &into) const {
  const char *separator = "";
  switch (type_) {
  case kind::null:
    into += "null";
    break;
  case kind::boolean:
  case kind::number:
    into += text_;
    break;
  case kind::string:
    write_json_string(text_, into);
    break;
  case kind::array:
    into += '[';
    for (const json &element : elements_) {
      into += separator;
      element.write(into);
      separator = ",";
    }
    into += ']';
    break;
  case kind::object:
    into += '{';
    for (const auto &[key, value] : members_) {
      into += separator;
      write_json_string(key, into);
      into += ':';
      value.write(into);
      separator = ",";
    }
    into += '}';
    break;
  }
}

std::string json::dump() const {
  std::string result;
  write(result);
  return result;
}

json parse_json(std::string_view text, on_too_deep what) { return json_reader(text, what).read(); }

} // namespace upkeep
