#include "core/report/phrases.hpp"

#include "core/diagnostics/document/wordings.hpp"

#include <algorithm>

namespace upkeep::report {

namespace {

struct phrase_wording {
  std::string_view code;
  std::string_view text[std::size(languages)];
};

// By phrase.
constexpr phrase_wording phrases[] = {
    {"NUMBERS_AS", {"en", "vi", "de"}},
    {"REPORT_TITLE", {"Weekly report", "Báo cáo tuần", "Wochenbericht"}},
    {"STATE_CLOSED", {"Closed week", "Tuần đã kết thúc", "Abgeschlossene Woche"}},
    {"STATE_OPEN", {"Week in progress", "Tuần đang diễn ra", "Laufende Woche"}},
    {"STATE_FUTURE", {"Week to come", "Tuần chưa bắt đầu", "Künftige Woche"}},
    {"STALE", {"Out of date", "Chưa cập nhật", "Nicht aktuell"}},
    {"STALE_NOTE",
     {"Days of this week were changed after it was diagnosed. Run the diagnosis again.",
      "Số liệu của tuần này đã thay đổi sau khi phân tích. Hãy chạy lại phân tích.",
      "Tage dieser Woche wurden nach der Auswertung geändert. Bitte erneut auswerten."}},
    {"VERDICT_CRITICAL",
     {"This week needs your attention", "Tuần này cần bạn xử lý ngay", "Diese Woche braucht Ihre Aufmerksamkeit"}},
    {"VERDICT_WARNING",
     {"Some things are worth a look", "Có vài điểm cần xem lại", "Einiges sollten Sie sich ansehen"}},
    {"VERDICT_CLEAR",
     {"Nothing went wrong this week", "Tuần này không có vấn đề gì", "Diese Woche lief nichts schief"}},
    {"VERDICT_UNKNOWN",
     {"There is too little data to judge this week", "Chưa đủ dữ liệu để đánh giá tuần này",
      "Für ein Urteil über diese Woche fehlen Daten"}},
    {"MOST_EXPENSIVE", {"Cost the most", "Thiệt hại lớn nhất", "Am teuersten"}},
    {"KEY_FIGURES", {"Key figures", "Số liệu chính", "Kennzahlen"}},
    {"FIGURE", {"Figure", "Chỉ số", "Kennzahl"}},
    {"THIS_WEEK", {"This week", "Tuần này", "Diese Woche"}},
    {"LAST_WEEK", {"Week before", "Tuần trước", "Vorwoche"}},
    {"CHANGE", {"Change", "Thay đổi", "Änderung"}},
    {"ISSUES", {"What went wrong, and what to do", "Vấn đề và việc cần làm", "Was schieflief und was zu tun ist"}},
    {"NO_ISSUES",
     {"None of the checks found a problem.", "Không phát hiện vấn đề nào.", "Keine der Prüfungen fand ein Problem."}},
    {"CRITICAL", {"Critical", "Nghiêm trọng", "Kritisch"}},
    {"WARNING", {"Warning", "Cảnh báo", "Warnung"}},
    {"COST", {"Cost", "Thiệt hại", "Kosten"}},
    {"WHAT_TO_DO", {"What to do", "Việc cần làm", "Was zu tun ist"}},
    {"DRIVERS", {"What drove it", "Nguyên nhân", "Was dahintersteckt"}},
    {"YOUR_ANSWER", {"Your answer", "Phản hồi của bạn", "Ihre Antwort"}},
    {"ANSWER_ACK", {"seen", "đã xem", "gesehen"}},
    {"ANSWER_DISMISSED", {"dismissed", "bỏ qua", "verworfen"}},
    {"ANSWER_SNOOZED_UNTIL", {"later, from", "để sau, đến", "später, ab"}},
    {"ANSWER_DONE", {"done", "đã xong", "erledigt"}},
    {"ANSWER_REOPENED",
     {"reopened: it has become worse", "mở lại: tình hình xấu hơn", "wieder offen: es wurde schlimmer"}},
    {"ISSUE_NEW", {"New", "Mới", "Neu"}},
    {"ISSUE_UNCHANGED", {"As the week before", "Như tuần trước", "Wie in der Vorwoche"}},
    {"ISSUE_UPDATED", {"Again, with other figures", "Tiếp diễn, số liệu khác", "Weiterhin, mit anderen Zahlen"}},
    {"ISSUE_REGRESSED", {"Back again", "Tái diễn", "Wieder da"}},
    {"GONE", {"Solved since the week before", "Đã hết so với tuần trước", "Seit der Vorwoche behoben"}},
    {"LOW_CONFIDENCE",
     {"Uncertain: few weeks to compare with", "Chưa chắc chắn: còn ít tuần để so sánh",
      "Unsicher: wenige Wochen zum Vergleich"}},
    {"BRIDGE_PROFIT", {"What changed the profit", "Vì sao lợi nhuận thay đổi", "Was den Gewinn verändert hat"}},
    {"BRIDGE_REVENUE", {"What changed the revenue", "Vì sao doanh thu thay đổi", "Was den Umsatz verändert hat"}},
    {"BRIDGE_NOTE",
     {"Each bar says by how much one cause alone moved the result; together they are the whole change.",
      "Mỗi thanh cho biết một nguyên nhân làm kết quả thay đổi bao nhiêu; cộng lại là toàn bộ thay đổi.",
      "Jeder Balken zeigt, um wie viel eine Ursache das Ergebnis bewegt hat; zusammen sind sie die ganze Änderung."}},
    {"USUAL_WEEK", {"Usual week", "Tuần bình thường", "Übliche Woche"}},
    {"WEEK_BEFORE", {"Week before", "Tuần trước", "Vorwoche"}},
    {"DRIVER_LEADS", {"Number of leads", "Số khách tiềm năng", "Zahl der Leads"}},
    {"DRIVER_CVR", {"Conversion", "Tỷ lệ chuyển đổi", "Konversion"}},
    {"DRIVER_AOV", {"Order value", "Giá trị đơn hàng", "Bestellwert"}},
    {"DRIVER_COGS", {"Cost of goods", "Giá vốn", "Wareneinsatz"}},
    {"DRIVER_CPL", {"Cost per lead", "Chi phí mỗi khách", "Kosten pro Lead"}},
    {"DRIVER_OTHER", {"Other", "Khác", "Sonstiges"}},
    {"TRENDS", {"Week by week", "Diễn biến theo tuần", "Woche für Woche"}},
    {"AVERAGE", {"Average before", "Trung bình trước đó", "Schnitt davor"}},
    {"GOAL", {"Goal of the month", "Mục tiêu tháng", "Monatsziel"}},
    {"GOAL_SO_FAR", {"So far", "Đến nay", "Bisher"}},
    {"GOAL_PROJECTED", {"At this pace", "Dự kiến", "Bei diesem Tempo"}},
    {"GOAL_TARGET", {"Goal", "Mục tiêu", "Ziel"}},
    {"GOAL_PACE", {"The way to the month's goal", "Tiến độ mục tiêu tháng", "Auf dem Weg zum Monatsziel"}},
    {"GOAL_NOTE",
     {"The rest of the month is drawn as its weekdays usually go; past days without data count as usual ones.",
      "Phần còn lại của tháng được vẽ theo mức thường lệ của từng ngày trong tuần; ngày đã qua thiếu dữ liệu tính như "
      "ngày thường.",
      "Der Rest des Monats ist so gezeichnet, wie seine Wochentage üblicherweise laufen; vergangene Tage ohne Daten "
      "zählen wie übliche."}},
    {"ADS",
     {"Ads to scale, keep and kill", "Quảng cáo nên tăng, giữ hay tắt", "Anzeigen: ausbauen, beibehalten, abschalten"}},
    {"AD_SCALE", {"Scale", "Tăng ngân sách", "Ausbauen"}},
    {"AD_KEEP", {"Keep", "Giữ nguyên", "Beibehalten"}},
    {"AD_KILL", {"Kill", "Tắt", "Abschalten"}},
    {"AD_ABOVE_BREAK_EVEN",
     {"Even at best an order costs more than it brings.",
      "Kể cả trong trường hợp tốt nhất, mỗi đơn vẫn tốn kém hơn phần nó mang lại.",
      "Selbst im besten Fall kostet eine Bestellung mehr, als sie bringt."}},
    {"AD_BELOW_TARGET",
     {"Even at worst an order costs less than it may.",
      "Kể cả trong trường hợp xấu nhất, chi phí mỗi đơn vẫn trong mức cho phép.",
      "Selbst im schlechtesten Fall kostet eine Bestellung weniger, als sie darf."}},
    {"AD_NOT_CERTAIN",
     {"The orders do not tell for certain yet.", "Số đơn chưa đủ để kết luận chắc chắn.",
      "Die Bestellungen lassen noch kein sicheres Urteil zu."}},
    {"AD_MARGINAL_ROAS_LOW",
     {"It pays, but more spend brings too little.", "Có lãi, nhưng chi thêm mang lại quá ít.",
      "Sie trägt sich, doch mehr Ausgaben bringen zu wenig."}},
    {"AD_TOO_YOUNG",
     {"It pays, but is not three days old.", "Có lãi, nhưng chạy chưa đủ ba ngày.",
      "Sie trägt sich, ist aber noch keine drei Tage alt."}},
    {"AD_UNDECIDABLE",
     {"The figures allow no decision.", "Số liệu chưa cho phép quyết định.",
      "Die Angaben lassen keine Entscheidung zu."}},
    {"AD_BY_HAND",
     {"Decided by hand; the rule says", "Quyết định thủ công; quy tắc là", "Von Hand entschieden; die Regel sagt"}},
    {"COST_PER_ORDER", {"Cost per order", "Chi phí mỗi đơn", "Kosten pro Bestellung"}},
    {"BREAK_EVEN", {"Break-even", "Hòa vốn", "Gewinnschwelle"}},
    {"NET_PROFIT", {"Net profit", "Lợi nhuận ròng", "Nettogewinn"}},
    {"REVENUE", {"Revenue", "Doanh thu", "Umsatz"}},
    {"AD_SPEND", {"Ad spend", "Chi phí quảng cáo", "Werbeausgaben"}},
    {"ORDERS", {"Orders", "Đơn hàng", "Bestellungen"}},
    {"LEADS", {"Leads", "Khách tiềm năng", "Leads"}},
    {"ROAS", {"ROAS", "ROAS", "ROAS"}},
    {"CVR", {"Conversion rate", "Tỷ lệ chuyển đổi", "Konversionsrate"}},
    {"AOV", {"Average order", "Giá trị đơn trung bình", "Ø Bestellwert"}},
    {"CPL", {"Cost per lead", "Chi phí mỗi khách", "Kosten pro Lead"}},
    {"AD_RATIO", {"Ads in revenue", "Quảng cáo / doanh thu", "Werbeanteil am Umsatz"}},
    {"DATA", {"About the data", "Về dữ liệu", "Zu den Daten"}},
    {"DAYS_WITH_DATA", {"Days with data", "Số ngày có dữ liệu", "Tage mit Daten"}},
    {"MISSING_DAYS", {"Missing days", "Ngày thiếu dữ liệu", "Fehlende Tage"}},
    {"AS_OF", {"Data up to", "Dữ liệu đến ngày", "Daten bis"}},
    {"COGS_RATIO", {"Cost of goods", "Tỷ lệ giá vốn", "Wareneinsatz"}},
    {"WEEKS_COMPARED", {"Weeks compared with", "Số tuần so sánh", "Verglichene Wochen"}},
    {"INVALID",
     {"This week could not be evaluated", "Không thể đánh giá tuần này",
      "Diese Woche konnte nicht ausgewertet werden"}},
    {"NOT_EVALUATED",
     {"Not checked, for want of data", "Chưa kiểm tra vì thiếu dữ liệu", "Mangels Daten nicht geprüft"}},
    {"INHIBITED",
     {"Not checked until something else is solved", "Chưa kiểm tra vì cần xử lý việc khác trước",
      "Nicht geprüft, bis anderes gelöst ist"}},
    {"FOOTER",
     {"Made by pg_upkeep from the shop's daily records.", "Lập bởi pg_upkeep từ số liệu hằng ngày của cửa hàng.",
      "Erstellt von pg_upkeep aus den Tageswerten des Shops."}},
};
static_assert(std::size(phrases) == static_cast<std::size_t>(phrase::count));

// By rule, under its code and "_TITLE".
constexpr std::string_view titles[diagnostics::rule_count][std::size(languages)] = {
    {"The week made a loss", "Tuần bị lỗ", "Die Woche brachte Verlust"},
    {"Profit fell", "Lợi nhuận giảm", "Gewinn gesunken"},
    {"Revenue fell", "Doanh thu giảm", "Umsatz gesunken"},
    {"Ads do not pay for themselves", "Quảng cáo không hòa vốn", "Werbung trägt sich nicht"},
    {"ROAS below target", "ROAS dưới mục tiêu", "ROAS unter dem Ziel"},
    {"More ad spend brought too little", "Tăng chi quảng cáo không hiệu quả", "Mehr Werbung brachte zu wenig"},
    {"Leads became expensive", "Khách tiềm năng đắt hơn", "Leads wurden teuer"},
    {"Fewer leads ordered", "Tỷ lệ chuyển đổi giảm", "Weniger Leads bestellten"},
    {"Orders became smaller", "Giá trị đơn hàng giảm", "Bestellungen wurden kleiner"},
    {"Fewer leads came in", "Khách tiềm năng giảm", "Weniger Leads"},
    {"Ads without an order", "Có quảng cáo, không có đơn", "Werbung ohne Bestellung"},
    {"Ads without a lead", "Có quảng cáo, không có khách", "Werbung ohne Lead"},
    {"Ads take too much of the revenue", "Quảng cáo chiếm quá nhiều doanh thu", "Werbung frisst zu viel Umsatz"},
    {"Goods became more expensive", "Giá vốn tăng", "Wareneinsatz gestiegen"},
    {"Cost of goods not set", "Chưa đặt tỷ lệ giá vốn", "Wareneinsatz nicht eingestellt"},
    {"Days are missing", "Thiếu dữ liệu", "Tage fehlen"},
    {"Figures look wrong", "Số liệu đáng ngờ", "Zahlen wirken falsch"},
    {"One day made half the week", "Doanh thu dồn vào một ngày", "Ein Tag trug die Woche"},
    {"Profit falls week by week", "Lợi nhuận giảm liên tục", "Gewinn sinkt Woche für Woche"},
    {"Behind the month's goal", "Chậm so với mục tiêu tháng", "Hinter dem Monatsziel"},
};

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
  const phrase_wording &built_in = phrases[static_cast<std::size_t>(which)];
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
  for (std::size_t i = 0; i < diagnostics::rule_count; ++i)
    if (diagnostics::code_of(static_cast<diagnostics::rule>(i)) == code)
      return titles[i][static_cast<std::size_t>(stand_in)];
  return code;
}

std::string_view phrase_book::driver(std::string_view code) const {
  for (const driver_phrase &each : driver_phrases)
    if (each.code == code)
      return (*this)[each.name];
  return code;
}

} // namespace upkeep::report
