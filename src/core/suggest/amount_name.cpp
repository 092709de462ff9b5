#include "core/suggest/amount_name.hpp"

#include "core/suggest/names.hpp"
#include "core/suggest/patterns.hpp"

#include <string>

namespace upkeep::suggest {

namespace {

struct taxes_of_name {
  std::string_view part;
  amount_taxes taxes;
};
constexpr taxes_of_name parts[] = {
    {"_with_tax", amount_taxes::included},      {"_incl_tax", amount_taxes::included},
    {"_including_tax", amount_taxes::included}, {"_tax_incl", amount_taxes::included},
    {"_gross", amount_taxes::included},         {"_without_tax", amount_taxes::excluded},
    {"_excl_tax", amount_taxes::excluded},      {"_excluding_tax", amount_taxes::excluded},
    {"_tax_excl", amount_taxes::excluded},      {"_net", amount_taxes::excluded}};

// Where the part stands as words of its own.
std::size_t find_part(std::string_view word, std::string_view part) {
  for (std::size_t at = word.find(part); at != std::string_view::npos; at = word.find(part, at + 1))
    if (const std::size_t end = at + part.size(); end == word.size() || word[end] == '_')
      return at;
  return std::string_view::npos;
}

struct words_of_kind {
  amount_kind kind;
  std::span<const std::string_view> words;
};
// The tax on shipping is a tax.
constexpr words_of_kind kinds[] = {{amount_kind::adjustment, patterns::adjustment_words},
                                   {amount_kind::tax, patterns::tax_words},
                                   {amount_kind::discount, patterns::discount_words},
                                   {amount_kind::shipping, patterns::shipping_words},
                                   {amount_kind::fee, patterns::fee_words}};

} // namespace

amount_taxes taxes_in(std::string_view word) {
  for (const taxes_of_name &each : parts)
    if (find_part(word, each.part) != std::string_view::npos)
      return each.taxes;
  return amount_taxes::unsaid;
}

amount_name read_amount_name(std::string_view word) {
  std::string rest(word);
  for (const taxes_of_name &each : parts)
    if (const std::size_t at = find_part(rest, each.part); at != std::string::npos)
      rest.erase(at, each.part.size());
  if (!ends_in_word_of(patterns::not_amounts, rest))
    for (const words_of_kind &each : kinds)
      if (has_word_of(each.words, rest))
        return {each.kind, taxes_in(word)};
  return {};
}

} // namespace upkeep::suggest
