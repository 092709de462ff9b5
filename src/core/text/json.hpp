// JSON as a value: read, looked at, written. Numbers keep their text, so that nothing is lost to a double.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace upkeep {

class json_reader;

class json {
public:
  enum class kind : unsigned char { null, boolean, number, string, array, object };
  using member = std::pair<std::string, json>;

  json() = default;
  static json boolean(bool value);
  static json number(std::string text); // as JSON writes it
  static json string(std::string text);
  static json array();
  static json object();

  kind type() const { return type_; }
  bool is_null() const { return type_ == kind::null; }
  bool is_true() const { return type_ == kind::boolean && text_ == "true"; }
  // The text of a string or number; empty for others.
  const std::string &text() const { return text_; }
  const std::vector<json> &elements() const { return elements_; }
  const std::vector<member> &members() const { return members_; }

  // A member of an object, the last of that key; null where there is none, or where this is not an object.
  const json &operator[](std::string_view key) const;
  json *find(std::string_view key);
  void set(std::string_view key, json value);
  void add(json element);

  void write(std::string &into) const;
  std::string dump() const;

private:
  friend class json_reader;

  kind type_ = kind::null;
  std::string text_;
  std::vector<json> elements_;
  std::vector<member> members_;
};

// What becomes of arrays and objects that are nested deeper than 100: `cut` makes each of them a null, unread.
enum class on_too_deep : unsigned char { refuse, cut };

// Throws fault 22P02 if the text is not JSON, or is nested too deeply.
json parse_json(std::string_view text, on_too_deep what = on_too_deep::refuse);
// `text` as a JSON string with its quotes.
void write_json_string(std::string_view text, std::string &into);

} // namespace upkeep
