#include "core/report/phrase_book.hpp"

#include "core/diagnostics/document/wordings.hpp"
#include "core/diagnostics/rules/rules.hpp"
#include "core/keyed_table.hpp"
#include "core/report/phrases/figure_phrases.hpp"
#include "core/report/phrases/issue_phrases.hpp"
#include "core/report/phrases/page_phrases.hpp"

#include <algorithm>
#include <array>

namespace upkeep::report {

using diagnostics::rule;

namespace {

// All phrases, by phrase.
constexpr auto all_phrases = [] {
  std::array<phrase_wording, std::size(page_phrases) + std::size(issue_phrases) + std::size(figure_phrases)> all{};
  auto at = std::copy(std::begin(page_phrases), std::end(page_phrases), all.begin());
  at = std::copy(std::begin(issue_phrases), std::end(issue_phrases), at);
  std::copy(std::begin(figure_phrases), std::end(figure_phrases), at);
  return all;
}();
static_assert(is_keyed(all_phrases, phrase::inhibited) &&
              all_phrases.size() == static_cast<std::size_t>(phrase::count));

// What an issue is called; the user's own wording has the code of its rule and "_TITLE".
struct issue_title {
  rule key;
  std::string_view text[std::size(languages)];
};

constexpr issue_title titles[] = {
    {rule::np_negative, {"The week made a loss", "Tuần bị lỗ", "Die Woche brachte einen Verlust"}},
    {rule::np_drop, {"Profit fell", "Lợi nhuận giảm", "Der Gewinn ist gesunken"}},
    {rule::rev_drop, {"Revenue fell", "Doanh thu giảm", "Der Umsatz ist gesunken"}},
    {rule::roas_below_break_even,
     {"Ads do not pay for themselves", "Quảng cáo không hòa vốn", "Die Werbung trägt sich nicht"}},
    {rule::roas_below_target, {"ROAS below target", "ROAS dưới mục tiêu", "ROAS unter dem Ziel"}},
    {rule::marginal_roas_low,
     {"More ad spend brought too little", "Tăng chi quảng cáo không hiệu quả", "Mehr Werbung brachte zu wenig ein"}},
    {rule::cpl_spike, {"Leads became expensive", "Khách tiềm năng đắt hơn", "Leads wurden teurer"}},
    {rule::cvr_drop, {"Fewer leads ordered", "Tỷ lệ chuyển đổi giảm", "Weniger Leads haben bestellt"}},
    {rule::aov_drop, {"Orders became smaller", "Giá trị đơn hàng giảm", "Bestellungen wurden kleiner"}},
    {rule::leads_drop, {"Fewer leads came in", "Ít khách tiềm năng hơn", "Es kamen weniger Leads"}},
    {rule::spend_no_orders, {"Ads without an order", "Chi quảng cáo nhưng không có đơn", "Werbung ohne Bestellung"}},
    {rule::spend_no_leads, {"Ads without a lead", "Chi quảng cáo nhưng không có khách tiềm năng", "Werbung ohne Lead"}},
    {rule::ad_ratio_high,
     {"Ads take too much of the revenue", "Quảng cáo chiếm quá nhiều doanh thu", "Die Werbung frisst zu viel Umsatz"}},
    {rule::margin_erosion, {"Goods became more expensive", "Giá vốn tăng", "Der Wareneinsatz ist gestiegen"}},
    {rule::cogs_unset, {"Cost of goods not set", "Chưa đặt tỷ lệ giá vốn", "Wareneinsatz nicht eingestellt"}},
    {rule::data_missing, {"Days are missing", "Có ngày thiếu dữ liệu", "Tage fehlen"}},
    {rule::data_suspect, {"Figures look wrong", "Số liệu đáng ngờ", "Zahlen wirken unplausibel"}},
    {rule::day_concentration, {"One day made half the week", "Doanh thu dồn vào một ngày", "Ein Tag trug die Woche"}},
    {rule::profit_streak, {"Profit falls week by week", "Lợi nhuận giảm liên tục", "Der Gewinn sinkt Woche für Woche"}},
    {rule::goal_off_pace, {"Behind the month's goal", "Chậm so với mục tiêu tháng", "Hinter dem Monatsziel"}},
    {rule::ad_spend_stopped, {"Ads have stopped", "Quảng cáo đã ngừng", "Die Werbung steht"}},
};
static_assert(is_keyed(titles, rule::ad_spend_stopped));

struct driver_phrase {
  std::string_view code;
  phrase name;
};
constexpr driver_phrase driver_phrases[] = {{"leads", phrase::driver_leads}, {"cvr", phrase::driver_cvr},
                                            {"aov", phrase::driver_aov},     {"cogs", phrase::driver_cogs},
                                            {"cpl", phrase::driver_cpl},     {"other", phrase::driver_other}};

// The built-in language of a tag: "de-AT" is German, what is unknown English.
language base_of(std::string_view tag) {
  for (const language each : languages)
    if (tag.substr(0, tag.find('-')) == name_of(each))
      return each;
  return language::en;
}

} // namespace

bool is_built_in(std::string_view tag) noexcept {
  return std::any_of(std::begin(languages), std::end(languages), [&](language each) { return tag == name_of(each); });
}

phrase_book::phrase_book(std::string language, std::vector<wording> own)
    : language_tag(std::move(language)), stand_in(base_of(language_tag)), wordings(std::move(own)) {
  figures_as = base_of((*this)[phrase::numbers_as]);
}

const std::string *phrase_book::own(std::string_view code) const {
  const auto found =
      std::find_if(wordings.begin(), wordings.end(), [&](const wording &each) { return each.code == code; });
  return found == wordings.end() ? nullptr : &found->text;
}

std::string_view phrase_book::operator[](phrase which) const {
  const phrase_wording &built_in = row_of(all_phrases, which);
  const std::string *text = own(built_in.code);
  return text ? *text : built_in.text[static_cast<std::size_t>(stand_in)];
}

std::string_view phrase_book::action(std::string_view code) const {
  const std::string *text = own(code);
  return text ? *text : diagnostics::action_text(code, stand_in);
}

std::string_view phrase_book::issue(std::string_view code) const {
  if (const std::string *text = own(std::string(code) + "_TITLE"))
    return *text;
  for (const issue_title &each : titles)
    if (diagnostics::code_of(each.key) == code)
      return each.text[static_cast<std::size_t>(stand_in)];
  return code;
}

std::string_view phrase_book::driver(std::string_view code) const {
  for (const driver_phrase &each : driver_phrases)
    if (each.code == code)
      return (*this)[each.name];
  return code;
}

} // namespace upkeep::report
