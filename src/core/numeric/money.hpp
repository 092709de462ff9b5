// Amounts and figures as people write them, by currency and language.
#pragma once

#include <string>
#include <string_view>

namespace upkeep {

enum class language : unsigned char { en, vi, de };
inline constexpr language languages[] = {language::en, language::vi, language::de};
std::string_view name_of(language which) noexcept; // "en", "vi", "de"

// How the amounts of a shop are kept: "minor" counts the currency's smallest unit (cents; VND has none), as bigint
// columns do; else the amount is in the currency itself.
struct money_format {
  std::string_view currency; // ISO 4217; empty where it is not known: the number alone is shown
  bool is_minor;
};

// A number in plain notation, as an amount: "€12.34", "2.500.000 ₫", "-12,34 €"; "∅" is never shown.
std::string money_text(std::string_view amount, const money_format &format, language in);
// A number in plain notation with that many decimals at most, grouped: "1,234.5", "1.234,5".
std::string number_text(std::string_view number, int decimals, language in);
// A fraction in plain notation, or a double's text, as a percentage with one decimal at most: "-25%", "12.5 %".
std::string percent_text(double fraction, language in);

} // namespace upkeep
