#include "postgres/values/jsonb_sink.hpp"

#include "core/numeric/decimal.hpp"
#include "postgres/values/number.hpp"
#include "postgres/values/short_numeric.hpp"

#include <algorithm>

namespace upkeep::pg {

namespace {

constexpr std::size_t alignment = sizeof(std::int32_t);
constexpr std::size_t usual_size = 16384, usual_entries = 128;

constexpr std::size_t padding(std::size_t at) { return (alignment - at % alignment) % alignment; }

} // namespace

jsonb_sink::range jsonb_sink::place(std::string_view text) {
  if (bytes.empty()) {
    bytes.reserve(usual_size);
    entries.reserve(usual_entries);
  }
  const range placed{bytes.size(), text.size()};
  bytes.append(text);
  return placed;
}

void jsonb_sink::put(std::uint32_t type, range value) { entries.push_back({pending, type, value}); }

void jsonb_sink::number(int128 digits, int scale) {
  std::int16_t kept = static_cast<std::int16_t>(scale);
  trim(digits, kept);
  written_number(digits, kept);
}

void jsonb_sink::written_number(int128 digits, int scale) {
  short_numeric built;
  if (built.build(digits, scale)) {
    const auto *image = static_cast<const char *>(DatumGetPointer(built.datum()));
    put(JENTRY_ISNUMERIC, place({image, VARSIZE_ANY(image)}));
    return;
  }
  const std::string text = to_text(digits, scale);
  const auto *image = static_cast<const char *>(DatumGetPointer(call([&] { return numeric_from(text.c_str()); })));
  put(JENTRY_ISNUMERIC, place({image, VARSIZE_ANY(image)}));
}

// By length, then by bytes. Most objects are written so.
void jsonb_sink::sort_keys(std::size_t first) {
  const auto before = [&](const entry &a, const entry &b) {
    if (a.key.size != b.key.size)
      return a.key.size < b.key.size;
    return std::memcmp(bytes.data() + a.key.at, bytes.data() + b.key.at, a.key.size) < 0;
  };
  const auto begin = entries.begin() + static_cast<std::ptrdiff_t>(first);
  if (!std::is_sorted(begin, entries.end(), before))
    std::sort(begin, entries.end(), before);
}

// Appends a part of the container at `header`, and its entry: every so often the end of the part, else its size.
void jsonb_sink::write(std::size_t header, std::size_t index, std::uint32_t type, range part, std::size_t &total) {
  const bool is_aligned = type == JENTRY_ISNUMERIC || type == JENTRY_ISCONTAINER;
  const std::size_t padded = is_aligned ? padding(bytes.size() - header) : 0;
  const std::size_t at = bytes.size() + padded;
  bytes.resize(at + part.size);
  std::memcpy(bytes.data() + at, bytes.data() + part.at, part.size);
  total += padded + part.size;
  if (total > JENTRY_OFFLENMASK)
    throw fault{.sqlstate = sqlstate::statement_too_complex,
                .message = "the document is too large for jsonb",
                .hint = "Diagnose one shop and week at a time."};
  const JEntry written = index % JB_OFFSET_STRIDE == 0 ? type | static_cast<JEntry>(total) | JENTRY_HAS_OFF
                                                       : type | static_cast<JEntry>(padded + part.size);
  std::memcpy(bytes.data() + header + sizeof(std::uint32_t) + index * sizeof(JEntry), &written, sizeof written);
}

void jsonb_sink::end(std::uint32_t kind) {
  const auto [first, key] = begins.back();
  const std::size_t count = entries.size() - first;
  begins.pop_back();
  const bool is_object = kind == JB_FOBJECT;
  if (is_object)
    sort_keys(first);
  bytes.append(padding(bytes.size()), '\0');
  const std::size_t header = bytes.size();
  const std::uint32_t counted = kind | static_cast<std::uint32_t>(count);
  bytes.append(reinterpret_cast<const char *>(&counted), sizeof counted);
  bytes.append((is_object ? 2 : 1) * count * sizeof(JEntry), '\0');
  std::size_t total = 0;
  if (is_object)
    for (std::size_t i = 0; i < count; ++i)
      write(header, i, JENTRY_ISSTRING, entries[first + i].key, total);
  for (std::size_t i = 0; i < count; ++i)
    write(header, is_object ? count + i : i, entries[first + i].type, entries[first + i].value, total);
  entries.resize(first);
  pending = key;
  put(JENTRY_ISCONTAINER, {header, bytes.size() - header});
}

Datum jsonb_sink::finish() {
  const range whole = entries.front().value;
  auto *result = static_cast<Jsonb *>(call([&] { return palloc(VARHDRSZ + whole.size); }));
  SET_VARSIZE(result, VARHDRSZ + whole.size);
  std::memcpy(&result->root, bytes.data() + whole.at, whole.size);
  return JsonbPGetDatum(result);
}

} // namespace upkeep::pg
