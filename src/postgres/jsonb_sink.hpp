// Writes a document of core's straight into jsonb, without a text between.
#pragma once

#include "core/json_sink.hpp"
#include "postgres/boundary.hpp"

namespace upkeep::pg {

// All that it makes lies in the memory context that is current while it is written.
class jsonb_sink final : public json_sink {
public:
  // The whole as jsonb. Once, at the end.
  Datum finish();

  void begin_object() override { push(WJB_BEGIN_OBJECT); }
  void end_object() override { push(WJB_END_OBJECT); }
  void begin_array() override { push(WJB_BEGIN_ARRAY); }
  void end_array() override { push(WJB_END_ARRAY); }
  void key(std::string_view name) override;
  void string(std::string_view text) override;
  void number(int128 digits, int scale) override;
  void boolean(bool value) override;
  void null() override;

private:
  void push(JsonbIteratorToken token, JsonbValue *value = nullptr);
  void put(JsonbValue &value);
  JsonbValue text_value(std::string_view text);

  JsonbParseState *state = nullptr;
  JsonbValue *result = nullptr;
  // Room for texts, so that not each is an allocation.
  char *room = nullptr;
  std::size_t left = 0;
};

} // namespace upkeep::pg
