#include "postgres/jsonb_sink.hpp"

#include "core/decimal.hpp"
#include "postgres/number.hpp"

namespace upkeep::pg {

namespace {

constexpr std::size_t room_size = 8000;

// May raise.
Datum numeric_of(int128 digits, int scale, const char *text) {
  short_numeric number;
  if (!number.build(digits, scale))
    return numeric_from(text);
  return datumCopy(number.datum(), false, -1);
}

} // namespace

void jsonb_sink::push(JsonbIteratorToken token, JsonbValue *value) {
  result = call([&] { return pushJsonbValue(&state, token, value); });
}

// A value stands in an array or behind its key.
void jsonb_sink::put(JsonbValue &value) {
  push(state->contVal.type == jbvArray ? WJB_ELEM : WJB_VALUE, &value);
}

JsonbValue jsonb_sink::text_value(std::string_view text) {
  if (text.size() > left) {
    left = std::max(room_size, text.size());
    room = static_cast<char *>(call([&] { return palloc(left); }));
  }
  std::memcpy(room, text.data(), text.size());
  JsonbValue value;
  value.type = jbvString;
  value.val.string = {static_cast<int>(text.size()), room};
  room += text.size();
  left -= text.size();
  return value;
}

void jsonb_sink::key(std::string_view name) {
  JsonbValue value = text_value(name);
  push(WJB_KEY, &value);
}

void jsonb_sink::string(std::string_view text) {
  JsonbValue value = text_value(text);
  put(value);
}

void jsonb_sink::number(int128 digits, int scale) {
  std::int16_t kept = static_cast<std::int16_t>(scale);
  trim(digits, kept);
  const std::string text = digits == static_cast<std::int64_t>(digits) ? std::string() : to_text(digits, kept);
  JsonbValue value;
  value.type = jbvNumeric;
  value.val.numeric = DatumGetNumeric(call([&] { return numeric_of(digits, kept, text.c_str()); }));
  put(value);
}

void jsonb_sink::boolean(bool whether) {
  JsonbValue value;
  value.type = jbvBool;
  value.val.boolean = whether;
  put(value);
}

void jsonb_sink::null() {
  JsonbValue value;
  value.type = jbvNull;
  put(value);
}

Datum jsonb_sink::finish() {
  return call([&] { return JsonbPGetDatum(JsonbValueToJsonb(result)); });
}

} // namespace upkeep::pg
