#include "core/numeric/money.hpp"

#include "core/keyed_table.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace upkeep {

namespace {

constexpr std::string_view no_break_space = "\u00A0";

struct notation {
  char group, point;
  bool symbol_first;
  std::string_view before_percent;
};

constexpr notation notation_of(language in) {
  switch (in) {
  case language::vi:
    return {'.', ',', false, ""};
  case language::de:
    return {'.', ',', false, no_break_space};
  default:
    return {',', '.', true, ""};
  }
}

struct currency {
  char code[4];
  int decimals;
  std::string_view symbol = {}; // empty: its code
};

// ISO 4217: those with a symbol that people know, and those that do not have two decimals. The others are as `usual`.
constexpr int usual_decimals = 2;
constexpr currency currencies[] = {
    {"VND", 0, "₫"},   {"EUR", 2, "€"},   {"USD", 2, "$"},   {"GBP", 2, "£"},  {"JPY", 0, "¥"},   {"CNY", 2, "CN¥"},
    {"KRW", 0, "₩"},   {"INR", 2, "₹"},   {"THB", 2, "฿"},   {"PHP", 2, "₱"},  {"IDR", 2, "Rp"},  {"MYR", 2, "RM"},
    {"SGD", 2, "S$"},  {"HKD", 2, "HK$"}, {"TWD", 2, "NT$"}, {"AUD", 2, "A$"}, {"NZD", 2, "NZ$"}, {"CAD", 2, "CA$"},
    {"MXN", 2, "MX$"}, {"BRL", 2, "R$"},  {"ILS", 2, "₪"},   {"TRY", 2, "₺"},  {"UAH", 2, "₴"},   {"RUB", 2, "₽"},
    {"NGN", 2, "₦"},   {"KZT", 2, "₸"},   {"PLN", 2, "zł"},  {"CZK", 2, "Kč"}, {"BIF", 0},        {"CLP", 0},
    {"DJF", 0},        {"GNF", 0},        {"ISK", 0},        {"KMF", 0},       {"PYG", 0},        {"RWF", 0},
    {"UGX", 0},        {"UYI", 0},        {"VUV", 0},        {"XAF", 0},       {"XOF", 0},        {"XPF", 0},
    {"BHD", 3},        {"IQD", 3},        {"JOD", 3},        {"KWD", 3},       {"LYD", 3},        {"OMR", 3},
    {"TND", 3},        {"CLF", 4},        {"UYW", 4},
};

char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

// The currency of that code, in whatever case; one without a code if there is no such currency.
currency currency_of(std::string_view code) {
  currency asked{"", usual_decimals};
  if (code.size() != 3)
    return asked;
  for (std::size_t i = 0; i < 3; ++i) {
    asked.code[i] = upper(code[i]);
    if (asked.code[i] < 'A' || asked.code[i] > 'Z')
      return {"", usual_decimals};
  }
  const std::string_view normal(asked.code, 3);
  const auto *known = std::find_if(std::begin(currencies), std::end(currencies),
                                   [&](const currency &each) { return normal == std::string_view(each.code, 3); });
  return known == std::end(currencies) ? asked : *known;
}

// digits / 10^decimals, with at least one digit before the point.
struct figure {
  bool is_negative;
  std::string digits;
  std::size_t decimals;
};

void count_up(std::string &digits) {
  for (auto digit = digits.rbegin(); digit != digits.rend(); ++digit) {
    if (*digit != '9') {
      ++*digit;
      return;
    }
    *digit = '0';
  }
  digits.insert(0, 1, '1');
}

// A number in plain notation divided by 10^shift, with `least` to `most` decimals, rounded half away from zero.
figure figure_of(std::string_view plain, std::size_t shift, std::size_t least, std::size_t most) {
  const bool has_sign = plain.starts_with('-');
  const std::size_t point = std::min(plain.find('.'), plain.size());
  figure result{has_sign, std::string(plain.substr(has_sign, point - has_sign)), shift};
  if (point < plain.size()) {
    result.digits += plain.substr(point + 1);
    result.decimals += plain.size() - point - 1;
  }
  std::string &digits = result.digits;
  if (digits.size() <= result.decimals)
    digits.insert(0, result.decimals + 1 - digits.size(), '0');
  if (result.decimals > most) {
    const std::size_t kept = digits.size() - (result.decimals - most);
    const bool is_up = digits[kept] >= '5';
    digits.resize(kept);
    result.decimals = most;
    if (is_up)
      count_up(digits);
  }
  for (; result.decimals > least && digits.back() == '0'; --result.decimals)
    digits.pop_back();
  if (result.decimals < least) {
    digits.append(least - result.decimals, '0');
    result.decimals = least;
  }
  digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size() - result.decimals - 1));
  result.is_negative = has_sign && digits.find_first_not_of('0') != std::string::npos;
  return result;
}

void write_grouped(const figure &value, const notation &as, std::string &into) {
  const std::size_t whole = value.digits.size() - value.decimals;
  for (std::size_t i = 0; i < whole; ++i) {
    if (i > 0 && (whole - i) % 3 == 0)
      into += as.group;
    into += value.digits[i];
  }
  if (value.decimals > 0) {
    into += as.point;
    into.append(value.digits, whole);
  }
}

} // namespace

std::string_view name_of(language which) noexcept {
  constexpr keyed_name<language> names[] = {{language::en, "en"}, {language::vi, "vi"}, {language::de, "de"}};
  static_assert(is_keyed(names, language::de));
  return row_of(names, which).name;
}

std::string money_text(std::string_view amount, const money_format &format, language in) {
  const currency money = currency_of(format.currency);
  if (money.code[0] == '\0')
    return number_text(amount, format.is_minor ? 0 : usual_decimals, in);
  const notation as = notation_of(in);
  const auto decimals = static_cast<std::size_t>(money.decimals);
  const figure value = figure_of(amount, format.is_minor ? decimals : 0, decimals, decimals);
  const bool has_symbol = !money.symbol.empty();
  const std::string_view symbol = has_symbol ? money.symbol : std::string_view(money.code, 3);

  std::string text;
  text.reserve(48);
  if (value.is_negative)
    text += '-';
  if (as.symbol_first)
    text.append(symbol).append(has_symbol ? "" : no_break_space);
  write_grouped(value, as, text);
  if (!as.symbol_first)
    text.append(no_break_space).append(symbol);
  return text;
}

std::string number_text(std::string_view number, int decimals, language in) {
  const figure value = figure_of(number, 0, 0, static_cast<std::size_t>(decimals));
  std::string text(value.is_negative ? "-" : "");
  write_grouped(value, notation_of(in), text);
  return text;
}

std::string percent_text(double fraction, language in) {
  const double percent = fraction * 100;
  if (!std::isfinite(percent))
    return "–";
  std::string text = number_text(fmt::format("{:.1f}", percent), 1, in);
  text.append(notation_of(in).before_percent) += '%';
  return text;
}

} // namespace upkeep
