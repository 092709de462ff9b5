#include "core/suggest/names.hpp"

#include <algorithm>

namespace upkeep::suggest {

namespace {

bool is_upper(char letter) { return letter >= 'A' && letter <= 'Z'; }
bool is_lower(char letter) { return letter >= 'a' && letter <= 'z'; }
char lower(char letter) { return is_upper(letter) ? static_cast<char>(letter - 'A' + 'a') : letter; }

// Where a word begins within a name: "orderItem", "HTMLPage".
bool begins_word(std::string_view name, std::size_t at) {
  if (at == 0 || !is_upper(name[at]))
    return false;
  return !is_upper(name[at - 1]) || (at + 1 < name.size() && is_lower(name[at + 1]));
}

std::string singular(std::string word) {
  constexpr std::string_view kept[] = {"status", "address", "business", "analysis", "basis", "news", "series"};
  for (const std::string_view end : kept)
    if (word.ends_with(end))
      return word;
  if (word.ends_with("ies") && word.size() > 4)
    return word.replace(word.size() - 3, 3, "y");
  for (const std::string_view end : {"sses", "xes", "ches", "shes", "statuses"})
    if (word.ends_with(end))
      return word.substr(0, word.size() - 2);
  if (word.ends_with("s") && !word.ends_with("ss") && word.size() > 1)
    word.pop_back();
  return word;
}

// orderItems written without quotes, and Django, give orderitems.
bool is_run_together(std::string_view word, std::string_view pattern) {
  std::size_t at = 0;
  for (const char letter : pattern)
    if (letter != '_' && (at == word.size() || word[at++] != letter))
      return false;
  return at == word.size();
}

} // namespace

std::string snake_name(std::string_view name) {
  std::string words;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const bool is_gap = name[i] == '-' || name[i] == ' ' || name[i] == '.' || name[i] == '_';
    if ((is_gap || begins_word(name, i)) && !words.empty() && words.back() != '_')
      words += '_';
    if (!is_gap)
      words += lower(name[i]);
  }
  return words;
}

std::string table_word(std::string_view name) { return singular(snake_name(name)); }

std::string without_id(std::string_view word) {
  for (const std::string_view end : {"_id", "id"})
    if (word.size() > end.size() && word.ends_with(end))
      return std::string(word.substr(0, word.size() - end.size()));
  return std::string(word);
}

std::optional<std::size_t> rank_of(std::span<const std::string_view> patterns, std::string_view word) {
  for (std::size_t i = 0; i < patterns.size(); ++i)
    if (word == patterns[i] || is_run_together(word, patterns[i]))
      return i;
  const std::string_view last = word.substr(word.rfind('_') + 1);
  for (std::size_t i = 0; i < patterns.size(); ++i) {
    const std::size_t length = patterns[i].size();
    const bool ends_so =
        word.size() > length + 1 && word.ends_with(patterns[i]) && word[word.size() - length - 1] == '_';
    if (ends_so || (last.size() < word.size() && is_run_together(last, patterns[i])))
      return patterns.size() + i;
  }
  return std::nullopt;
}

bool ends_in_word_of(std::span<const std::string_view> patterns, std::string_view name) {
  const std::string last = singular(std::string(name.substr(name.rfind('_') + 1)));
  return std::find(patterns.begin(), patterns.end(), last) != patterns.end();
}

bool has_word_of(std::span<const std::string_view> patterns, std::string_view name) {
  for (std::size_t end = name.find('_'); end != std::string_view::npos; end = name.find('_', end + 1))
    if (ends_in_word_of(patterns, name.substr(0, end)))
      return true;
  return ends_in_word_of(patterns, name);
}

bool is_one_of(std::span<const std::string_view> patterns, std::string_view word) {
  const auto rank = rank_of(patterns, word);
  return rank && *rank < patterns.size();
}

} // namespace upkeep::suggest
