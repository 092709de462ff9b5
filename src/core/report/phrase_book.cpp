#include "core/report/phrase_book.hpp"

#include "core/diagnostics/document/wordings.hpp"
#include "core/diagnostics/rules/rules.hpp"
#include "core/keyed_table.hpp"

#include <algorithm>

namespace upkeep::report {

using diagnostics::rule;

namespace {

struct phrase_wording {
  phrase key;
  std::string_view code;
  std::string_view text[std::size(languages)];
};

constexpr phrase_wording phrases[] = {
    {phrase::numbers_as, "NUMBERS_AS", {"en", "vi", "de"}},
    {phrase::report_title, "REPORT_TITLE", {"Weekly report", "Báo cáo tuần", "Wochenbericht"}},
    {phrase::state_closed, "STATE_CLOSED", {"Closed week", "Tuần đã kết thúc", "Abgeschlossene Woche"}},
    {phrase::state_open, "STATE_OPEN", {"Week in progress", "Tuần đang diễn ra", "Laufende Woche"}},
    {phrase::state_future, "STATE_FUTURE", {"Week to come", "Tuần chưa bắt đầu", "Künftige Woche"}},
    {phrase::stale, "STALE", {"Out of date", "Chưa cập nhật", "Nicht aktuell"}},
    {phrase::stale_note,
     "STALE_NOTE",
     {"Days of this week were changed after it was diagnosed. Run the diagnosis again.",
      "Số liệu của tuần này đã thay đổi sau khi phân tích. Hãy chạy lại phân tích.",
      "Tage dieser Woche wurden nach der Auswertung geändert. Bitte erneut auswerten."}},
    {phrase::verdict_critical,
     "VERDICT_CRITICAL",
     {"This week needs your attention", "Tuần này cần bạn xử lý ngay", "Diese Woche braucht Ihre Aufmerksamkeit"}},
    {phrase::verdict_warning,
     "VERDICT_WARNING",
     {"Some things are worth a look", "Có vài điểm cần xem lại", "Einiges sollten Sie sich ansehen"}},
    {phrase::verdict_clear,
     "VERDICT_CLEAR",
     {"Nothing went wrong this week", "Tuần này không có vấn đề gì", "Diese Woche lief nichts schief"}},
    {phrase::verdict_unknown,
     "VERDICT_UNKNOWN",
     {"There is too little data to judge this week", "Chưa đủ dữ liệu để đánh giá tuần này",
      "Für ein Urteil über diese Woche fehlen Daten"}},
    {phrase::most_expensive, "MOST_EXPENSIVE", {"Cost the most", "Thiệt hại lớn nhất", "Am teuersten"}},
    {phrase::key_figures, "KEY_FIGURES", {"Key figures", "Số liệu chính", "Kennzahlen"}},
    {phrase::figure, "FIGURE", {"Figure", "Chỉ số", "Kennzahl"}},
    {phrase::this_week, "THIS_WEEK", {"This week", "Tuần này", "Diese Woche"}},
    {phrase::last_week, "LAST_WEEK", {"Week before", "Tuần trước", "Vorwoche"}},
    {phrase::change, "CHANGE", {"Change", "Thay đổi", "Änderung"}},
    {phrase::issues,
     "ISSUES",
     {"What went wrong, and what to do", "Vấn đề và việc cần làm", "Was schieflief und was zu tun ist"}},
    {phrase::no_issues,
     "NO_ISSUES",
     {"None of the checks found a problem.", "Không phát hiện vấn đề nào.", "Keine der Prüfungen fand ein Problem."}},
    {phrase::critical, "CRITICAL", {"Critical", "Nghiêm trọng", "Kritisch"}},
    {phrase::warning, "WARNING", {"Warning", "Cảnh báo", "Warnung"}},
    {phrase::cost, "COST", {"Cost", "Thiệt hại", "Kosten"}},
    {phrase::what_to_do, "WHAT_TO_DO", {"What to do", "Việc cần làm", "Was zu tun ist"}},
    {phrase::drivers, "DRIVERS", {"What drove it", "Nguyên nhân", "Was dahintersteckt"}},
    {phrase::your_answer, "YOUR_ANSWER", {"Your answer", "Phản hồi của bạn", "Ihre Antwort"}},
    {phrase::answer_ack, "ANSWER_ACK", {"seen", "đã xem", "gesehen"}},
    {phrase::answer_dismissed, "ANSWER_DISMISSED", {"dismissed", "bỏ qua", "verworfen"}},
    {phrase::answer_snoozed_until, "ANSWER_SNOOZED_UNTIL", {"later, from", "để sau, đến", "später, ab"}},
    {phrase::answer_done, "ANSWER_DONE", {"done", "đã xong", "erledigt"}},
    {phrase::answer_reopened,
     "ANSWER_REOPENED",
     {"reopened: it has become worse", "mở lại: tình hình xấu hơn", "wieder offen: es wurde schlimmer"}},
    {phrase::issue_new, "ISSUE_NEW", {"New", "Mới", "Neu"}},
    {phrase::issue_unchanged, "ISSUE_UNCHANGED", {"As the week before", "Như tuần trước", "Wie in der Vorwoche"}},
    {phrase::issue_updated,
     "ISSUE_UPDATED",
     {"Again, with other figures", "Tiếp diễn, số liệu khác", "Weiterhin, mit anderen Zahlen"}},
    {phrase::issue_regressed, "ISSUE_REGRESSED", {"Back again", "Tái diễn", "Wieder da"}},
    {phrase::gone, "GONE", {"Solved since the week before", "Đã hết so với tuần trước", "Seit der Vorwoche behoben"}},
    {phrase::low_confidence,
     "LOW_CONFIDENCE",
     {"Uncertain: few weeks to compare with", "Chưa chắc chắn: còn ít tuần để so sánh",
      "Unsicher: wenige Wochen zum Vergleich"}},
    {phrase::bridge_profit,
     "BRIDGE_PROFIT",
     {"What changed the profit", "Vì sao lợi nhuận thay đổi", "Was den Gewinn verändert hat"}},
    {phrase::bridge_revenue,
     "BRIDGE_REVENUE",
     {"What changed the revenue", "Vì sao doanh thu thay đổi", "Was den Umsatz verändert hat"}},
    {phrase::bridge_note,
     "BRIDGE_NOTE",
     {"Each bar says by how much one cause alone moved the result; together they are the whole change.",
      "Mỗi thanh cho biết một nguyên nhân làm kết quả thay đổi bao nhiêu; cộng lại là toàn bộ thay đổi.",
      "Jeder Balken zeigt, um wie viel eine Ursache das Ergebnis bewegt hat; zusammen sind sie die ganze Änderung."}},
    {phrase::usual_week, "USUAL_WEEK", {"Usual week", "Tuần bình thường", "Übliche Woche"}},
    {phrase::week_before, "WEEK_BEFORE", {"Week before", "Tuần trước", "Vorwoche"}},
    {phrase::driver_leads, "DRIVER_LEADS", {"Number of leads", "Số khách tiềm năng", "Zahl der Leads"}},
    {phrase::driver_cvr, "DRIVER_CVR", {"Conversion", "Tỷ lệ chuyển đổi", "Konversion"}},
    {phrase::driver_aov, "DRIVER_AOV", {"Order value", "Giá trị đơn hàng", "Bestellwert"}},
    {phrase::driver_cogs, "DRIVER_COGS", {"Cost of goods", "Giá vốn", "Wareneinsatz"}},
    {phrase::driver_cpl, "DRIVER_CPL", {"Cost per lead", "Chi phí mỗi khách", "Kosten pro Lead"}},
    {phrase::driver_other, "DRIVER_OTHER", {"Other", "Khác", "Sonstiges"}},
    {phrase::trends, "TRENDS", {"Week by week", "Diễn biến theo tuần", "Woche für Woche"}},
    {phrase::average, "AVERAGE", {"Average before", "Trung bình trước đó", "Schnitt davor"}},
    {phrase::goal, "GOAL", {"Goal of the month", "Mục tiêu tháng", "Monatsziel"}},
    {phrase::goal_so_far, "GOAL_SO_FAR", {"So far", "Đến nay", "Bisher"}},
    {phrase::goal_projected, "GOAL_PROJECTED", {"At this pace", "Dự kiến", "Bei diesem Tempo"}},
    {phrase::goal_target, "GOAL_TARGET", {"Goal", "Mục tiêu", "Ziel"}},
    {phrase::goal_pace,
     "GOAL_PACE",
     {"The way to the month's goal", "Tiến độ mục tiêu tháng", "Auf dem Weg zum Monatsziel"}},
    {phrase::goal_note,
     "GOAL_NOTE",
     {"The rest of the month is drawn as its weekdays usually go; past days without data count as usual ones.",
      "Phần còn lại của tháng được vẽ theo mức thường lệ của từng ngày trong tuần; ngày đã qua thiếu dữ liệu tính như "
      "ngày thường.",
      "Der Rest des Monats ist so gezeichnet, wie seine Wochentage üblicherweise laufen; vergangene Tage ohne Daten "
      "zählen wie übliche."}},
    {phrase::ads,
     "ADS",
     {"Ads to scale, keep and kill", "Quảng cáo nên tăng, giữ hay tắt", "Anzeigen: ausbauen, beibehalten, abschalten"}},
    {phrase::ad_scale, "AD_SCALE", {"Scale", "Tăng ngân sách", "Ausbauen"}},
    {phrase::ad_keep, "AD_KEEP", {"Keep", "Giữ nguyên", "Beibehalten"}},
    {phrase::ad_kill, "AD_KILL", {"Kill", "Tắt", "Abschalten"}},
    {phrase::ad_above_break_even,
     "AD_ABOVE_BREAK_EVEN",
     {"Even at best an order costs more than it brings.",
      "Kể cả trong trường hợp tốt nhất, mỗi đơn vẫn tốn kém hơn phần nó mang lại.",
      "Selbst im besten Fall kostet eine Bestellung mehr, als sie bringt."}},
    {phrase::ad_below_target,
     "AD_BELOW_TARGET",
     {"Even at worst an order costs less than it may.",
      "Kể cả trong trường hợp xấu nhất, chi phí mỗi đơn vẫn trong mức cho phép.",
      "Selbst im schlechtesten Fall kostet eine Bestellung weniger, als sie darf."}},
    {phrase::ad_not_certain,
     "AD_NOT_CERTAIN",
     {"The orders do not tell for certain yet.", "Số đơn chưa đủ để kết luận chắc chắn.",
      "Die Bestellungen lassen noch kein sicheres Urteil zu."}},
    {phrase::ad_marginal_roas_low,
     "AD_MARGINAL_ROAS_LOW",
     {"It pays, but more spend brings too little.", "Có lãi, nhưng chi thêm mang lại quá ít.",
      "Sie trägt sich, doch mehr Ausgaben bringen zu wenig."}},
    {phrase::ad_too_young,
     "AD_TOO_YOUNG",
     {"It pays, but is not three days old.", "Có lãi, nhưng chạy chưa đủ ba ngày.",
      "Sie trägt sich, ist aber noch keine drei Tage alt."}},
    {phrase::ad_undecidable,
     "AD_UNDECIDABLE",
     {"The figures allow no decision.", "Số liệu chưa cho phép quyết định.",
      "Die Angaben lassen keine Entscheidung zu."}},
    {phrase::ad_by_hand,
     "AD_BY_HAND",
     {"Decided by hand; the rule says", "Quyết định thủ công; quy tắc là", "Von Hand entschieden; die Regel sagt"}},
    {phrase::cost_per_order, "COST_PER_ORDER", {"Cost per order", "Chi phí mỗi đơn", "Kosten pro Bestellung"}},
    {phrase::break_even, "BREAK_EVEN", {"Break-even", "Hòa vốn", "Gewinnschwelle"}},
    {phrase::net_profit, "NET_PROFIT", {"Net profit", "Lợi nhuận ròng", "Nettogewinn"}},
    {phrase::revenue, "REVENUE", {"Revenue", "Doanh thu", "Umsatz"}},
    {phrase::ad_spend, "AD_SPEND", {"Ad spend", "Chi phí quảng cáo", "Werbeausgaben"}},
    {phrase::orders, "ORDERS", {"Orders", "Đơn hàng", "Bestellungen"}},
    {phrase::leads, "LEADS", {"Leads", "Khách tiềm năng", "Leads"}},
    {phrase::roas, "ROAS", {"ROAS", "ROAS", "ROAS"}},
    {phrase::cvr, "CVR", {"Conversion rate", "Tỷ lệ chuyển đổi", "Konversionsrate"}},
    {phrase::aov, "AOV", {"Average order", "Giá trị đơn trung bình", "Ø Bestellwert"}},
    {phrase::cpl, "CPL", {"Cost per lead", "Chi phí mỗi khách", "Kosten pro Lead"}},
    {phrase::ad_ratio, "AD_RATIO", {"Ads in revenue", "Quảng cáo / doanh thu", "Werbeanteil am Umsatz"}},
    {phrase::data, "DATA", {"About the data", "Về dữ liệu", "Zu den Daten"}},
    {phrase::days_with_data, "DAYS_WITH_DATA", {"Days with data", "Số ngày có dữ liệu", "Tage mit Daten"}},
    {phrase::missing_days, "MISSING_DAYS", {"Missing days", "Ngày thiếu dữ liệu", "Fehlende Tage"}},
    {phrase::as_of, "AS_OF", {"Data up to", "Dữ liệu đến ngày", "Daten bis"}},
    {phrase::cogs_ratio, "COGS_RATIO", {"Cost of goods", "Tỷ lệ giá vốn", "Wareneinsatz"}},
    {phrase::weeks_compared, "WEEKS_COMPARED", {"Weeks compared with", "Số tuần so sánh", "Verglichene Wochen"}},
    {phrase::invalid,
     "INVALID",
     {"This week could not be evaluated", "Không thể đánh giá tuần này",
      "Diese Woche konnte nicht ausgewertet werden"}},
    {phrase::not_evaluated,
     "NOT_EVALUATED",
     {"Not checked, for want of data", "Chưa kiểm tra vì thiếu dữ liệu", "Mangels Daten nicht geprüft"}},
    {phrase::inhibited,
     "INHIBITED",
     {"Not checked until something else is solved", "Chưa kiểm tra vì cần xử lý việc khác trước",
      "Nicht geprüft, bis anderes gelöst ist"}},
    {phrase::footer,
     "FOOTER",
     {"Made by pg_upkeep from the shop's daily records.", "Lập bởi pg_upkeep từ số liệu hằng ngày của cửa hàng.",
      "Erstellt von pg_upkeep aus den Tageswerten des Shops."}},
};
static_assert(is_keyed(phrases, phrase::footer));

// What an issue is called; the user's own wording has the code of its rule and "_TITLE".
struct issue_title {
  rule key;
  std::string_view text[std::size(languages)];
};

constexpr issue_title titles[] = {
    {rule::np_negative, {"The week made a loss", "Tuần bị lỗ", "Die Woche brachte Verlust"}},
    {rule::np_drop, {"Profit fell", "Lợi nhuận giảm", "Gewinn gesunken"}},
    {rule::rev_drop, {"Revenue fell", "Doanh thu giảm", "Umsatz gesunken"}},
    {rule::roas_below_break_even,
     {"Ads do not pay for themselves", "Quảng cáo không hòa vốn", "Werbung trägt sich nicht"}},
    {rule::roas_below_target, {"ROAS below target", "ROAS dưới mục tiêu", "ROAS unter dem Ziel"}},
    {rule::marginal_roas_low,
     {"More ad spend brought too little", "Tăng chi quảng cáo không hiệu quả", "Mehr Werbung brachte zu wenig"}},
    {rule::cpl_spike, {"Leads became expensive", "Khách tiềm năng đắt hơn", "Leads wurden teuer"}},
    {rule::cvr_drop, {"Fewer leads ordered", "Tỷ lệ chuyển đổi giảm", "Weniger Leads bestellten"}},
    {rule::aov_drop, {"Orders became smaller", "Giá trị đơn hàng giảm", "Bestellungen wurden kleiner"}},
    {rule::leads_drop, {"Fewer leads came in", "Khách tiềm năng giảm", "Weniger Leads"}},
    {rule::spend_no_orders, {"Ads without an order", "Có quảng cáo, không có đơn", "Werbung ohne Bestellung"}},
    {rule::spend_no_leads, {"Ads without a lead", "Có quảng cáo, không có khách", "Werbung ohne Lead"}},
    {rule::ad_ratio_high,
     {"Ads take too much of the revenue", "Quảng cáo chiếm quá nhiều doanh thu", "Werbung frisst zu viel Umsatz"}},
    {rule::margin_erosion, {"Goods became more expensive", "Giá vốn tăng", "Wareneinsatz gestiegen"}},
    {rule::cogs_unset, {"Cost of goods not set", "Chưa đặt tỷ lệ giá vốn", "Wareneinsatz nicht eingestellt"}},
    {rule::data_missing, {"Days are missing", "Thiếu dữ liệu", "Tage fehlen"}},
    {rule::data_suspect, {"Figures look wrong", "Số liệu đáng ngờ", "Zahlen wirken falsch"}},
    {rule::day_concentration, {"One day made half the week", "Doanh thu dồn vào một ngày", "Ein Tag trug die Woche"}},
    {rule::profit_streak, {"Profit falls week by week", "Lợi nhuận giảm liên tục", "Gewinn sinkt Woche für Woche"}},
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
  const phrase_wording &built_in = row_of(phrases, which);
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
