// What was looked up of late, by key: bounded in bytes, the oldest goes first.
#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace upkeep {

template <class Value> class recent_cache {
public:
  explicit recent_cache(std::size_t max_bytes) : max_bytes(max_bytes) {}

  // nullptr where the key is not known.
  const Value *find(std::string_view key) const {
    const auto found = entries.find(key);
    return found == entries.end() ? nullptr : &found->second.value;
  }

  // Keeps a value of that many bytes under a key that is not known; it stays until it is the oldest and room is needed.
  const Value &insert(std::string_view key, Value value, std::size_t bytes) {
    used += bytes;
    while (used > max_bytes && !order.empty())
      drop_oldest();
    const auto at = entries.emplace(std::string(key), entry{std::move(value), bytes}).first;
    order.push_back(&at->first);
    return at->second.value;
  }

  void clear() {
    entries.clear();
    order.clear();
    used = 0;
  }

  std::size_t count() const { return entries.size(); }
  std::size_t bytes() const { return used; }

private:
  struct entry {
    Value value;
    std::size_t bytes;
  };
  struct hash : std::hash<std::string_view> {
    using is_transparent = void;
  };

  void drop_oldest() {
    const auto oldest = entries.find(*order.front());
    used -= oldest->second.bytes;
    order.pop_front();
    entries.erase(oldest);
  }

  std::size_t max_bytes;
  std::size_t used = 0;
  std::unordered_map<std::string, entry, hash, std::equal_to<>> entries;
  std::deque<const std::string *> order; // of insertion
};

} // namespace upkeep
