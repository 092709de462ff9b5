// A JSON document that is kept as a value.
#pragma once

#include "core/text/json_sink.hpp"

#include <vector>

namespace upkeep {

// Writes into a json.
class json_tree final : public json_sink {
public:
  json take() { return std::move(result); }

  void begin_object() override { open.emplace_back(pending, json::object()); }
  void end_object() override { close(); }
  void begin_array() override { open.emplace_back(pending, json::array()); }
  void end_array() override { close(); }
  void key(std::string_view name) override { pending = name; }
  void string(std::string_view text) override { put(pending, json::string(std::string(text))); }
  void number(int128 digits, int scale) override;
  void written_number(int128 digits, int scale) override;
  void boolean(bool value) override { put(pending, json::boolean(value)); }
  void null() override { put(pending, {}); }

private:
  void put(std::string_view name, json element);
  void close();

  std::vector<json::member> open;
  std::string pending;
  json result;
};

} // namespace upkeep
