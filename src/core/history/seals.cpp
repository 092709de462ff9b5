#include "core/history/seals.hpp"

#include <fmt/format.h>

namespace upkeep::history {

namespace {

constexpr std::size_t size_of_id = sizeof(std::int64_t), size_of_entry = size_of_id + sizeof(digest_bytes);

// Each part with its length before it, so that no two entries have one text.
void add(std::string &text, std::string_view part) {
  fmt::format_to(std::back_inserter(text), "{}:", part.size());
  text += part;
}

void add(std::string &text, const char *part) {
  if (part)
    add(text, std::string_view(part));
  else
    text += '-';
}

void add_number(std::string &text, auto number) { fmt::format_to(std::back_inserter(text), "{};", number); }

void put_number(std::string &bytes, std::int64_t number) {
  for (int shift = 56; shift >= 0; shift -= 8)
    bytes += static_cast<char>(static_cast<std::uint64_t>(number) >> shift);
}

std::int64_t number_at(std::string_view bytes) {
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < size_of_id; ++i)
    number = number << 8 | static_cast<std::uint8_t>(bytes[i]);
  return static_cast<std::int64_t>(number);
}

class entry_text {
public:
  entry_text(hmac_function hmac, std::string_view key, std::int64_t entry) : hmac(hmac), key(key), entry(entry) {}

  void add_values(side of, const std::optional<std::vector<entry_value>> &values) {
    if (!values) {
      text += '-';
      return;
    }
    add_number(text, values->size());
    for (const entry_value &each : *values) {
      add(text, each.column);
      text += bytes_of(value_digest(hmac, key, entry, of, each));
    }
  }

  std::string text;

private:
  hmac_function hmac;
  std::string_view key;
  std::int64_t entry;
};

} // namespace

digest_bytes value_digest(hmac_function hmac, std::string_view key, std::int64_t entry, side of,
                          const entry_value &value) {
  const marked_value read = read_mark(value.json);
  return read.is == mark::digest || read.is == mark::erased
             ? read.digest
             : hmac(key, value_text(entry, of, value.column, value.json));
}

digest_bytes entry_digest(hmac_function hmac, std::string_view key, const sealed_fields &entry) {
  entry_text whole(hmac, key, entry.id);
  add_number(whole.text, entry.id);
  add_number(whole.text, entry.at);
  add_number(whole.text, entry.transaction);
  add_number(whole.text, entry.statement);
  add_number(whole.text, entry.table_number);
  add_number(whole.text, entry.cluster);
  for (const char *part : {entry.action, entry.key, entry.role, entry.actor, entry.application, entry.reason})
    add(whole.text, part);
  whole.add_values(side::before, entry.before);
  whole.add_values(side::after, entry.after);
  return hmac(key, whole.text);
}

std::string packed(std::span<const sealed_entry> entries) {
  std::string bytes;
  bytes.reserve(entries.size() * size_of_entry);
  for (const sealed_entry &each : entries) {
    put_number(bytes, each.id);
    bytes += bytes_of(each.digest);
  }
  return bytes;
}

std::optional<std::vector<sealed_entry>> unpacked(std::string_view bytes) {
  if (bytes.size() % size_of_entry != 0)
    return std::nullopt;
  std::vector<sealed_entry> entries;
  entries.reserve(bytes.size() / size_of_entry);
  for (; !bytes.empty(); bytes.remove_prefix(size_of_entry)) {
    sealed_entry each{number_at(bytes)};
    for (std::size_t i = 0; i < each.digest.size(); ++i)
      each.digest[i] = static_cast<std::uint8_t>(bytes[size_of_id + i]);
    entries.push_back(each);
  }
  return entries;
}

digest_bytes seal_digest(sha256_function sha256, const seal &of) {
  std::string text(bytes_of(of.previous.value_or(digest_bytes{})));
  for (const std::int64_t number : {of.from_id, of.to_id, of.sealed_at})
    put_number(text, number);
  return sha256(text + of.entries);
}

} // namespace upkeep::history
