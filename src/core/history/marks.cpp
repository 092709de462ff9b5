#include "core/history/marks.hpp"

#include "core/text/json.hpp"

#include <fmt/format.h>

namespace upkeep::history {

namespace {

constexpr std::string_view begin_digest = R"({"digest": ")", begin_erased = R"({"erased": ")", end_digest = R"("})";
constexpr std::string_view begin_wrapped = R"({"jsonb": )";

// A mark has two digests of space for its hex, so a text of any other length is none.
std::optional<digest_bytes> digest_within(std::string_view json, std::string_view begin) {
  if (!json.starts_with(begin) || !json.ends_with(end_digest))
    return std::nullopt;
  json.remove_prefix(begin.size());
  return digest_of_hex(json.substr(0, json.size() - std::min(json.size(), end_digest.size())));
}

// An object with that one key, whatever its value. What is nested in it need not be read.
bool has_one_key(std::string_view json) { return parse_json(json, on_too_deep::cut).members().size() == 1; }

bool may_be_taken_for_mark(std::string_view json) {
  return json == "null" || ((json.starts_with(R"({"digest": )") || json.starts_with(R"({"erased": )") ||
                             json.starts_with(begin_wrapped)) &&
                            has_one_key(json));
}

} // namespace

marked_value read_mark(std::string_view json) {
  if (const auto digest = digest_within(json, begin_digest))
    return {mark::digest, *digest};
  if (const auto digest = digest_within(json, begin_erased))
    return {mark::erased, *digest};
  if (!json.starts_with(begin_wrapped) || !has_one_key(json))
    return {mark::none, {}, json};
  json.remove_prefix(begin_wrapped.size());
  return {mark::wrapped, {}, json.substr(0, json.size() - 1)};
}

std::string erased_mark(const digest_bytes &digest) {
  return fmt::format("{}{}{}", begin_erased, hex_of(digest), end_digest);
}
std::string digest_mark(const digest_bytes &digest) {
  return fmt::format("{}{}{}", begin_digest, hex_of(digest), end_digest);
}

std::string stored_document(std::string_view json) {
  return may_be_taken_for_mark(json) ? fmt::format("{}{}}}", begin_wrapped, json) : std::string(json);
}

std::string column_text(std::int32_t table_number, std::string_view column, std::string_view key,
                        std::string_view value) {
  return fmt::format("{}\n{}\n{}\n{}", table_number, column, key, value);
}

std::string value_text(std::int64_t entry, side of, std::string_view column, std::string_view value) {
  return fmt::format("{}\n{}\n{}\n{}", entry, of == side::before ? "before" : "after", column, value);
}

} // namespace upkeep::history
