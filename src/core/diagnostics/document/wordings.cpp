#include "core/diagnostics/document/wordings.hpp"

#include "core/fault.hpp"
#include "core/keyed_table.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace upkeep::diagnostics {

namespace {

constexpr std::size_t language_count = std::size(languages);

// What a rule says, by language: of a warning, and of what is critical where that is another sentence. {observed},
// {baseline} and {expected} are the rule's metric: this week's, that of the weeks before, and what it should have been
// (break-even, target, goal); {days} are those that the rule is about, {weeks} the length of a streak.
struct rule_wording {
  rule key;
  std::string_view warning[language_count];
  std::string_view critical[language_count] = {};
};

constexpr rule_wording rule_wordings[] = {
    {rule::np_negative,
     {"The week closed with a loss: net profit was {observed}.", "Tuần này bị lỗ: lợi nhuận ròng là {observed}.",
      "Die Woche endete mit Verlust: Der Nettogewinn betrug {observed}."}},
    {rule::np_drop,
     {"Net profit was {observed}, against {baseline} in a usual week ({delta_pct}). That is {impact} less.",
      "Lợi nhuận ròng là {observed}, so với {baseline} của một tuần bình thường ({delta_pct}). Tức là ít hơn {impact}.",
      "Der Nettogewinn betrug {observed} gegenüber {baseline} in einer üblichen Woche ({delta_pct}). "
      "Das sind {impact} weniger."}},
    {rule::rev_drop,
     {"Revenue was {observed}, against {baseline} in a usual week ({delta_pct}). Estimated loss of profit: {impact}.",
      "Doanh thu là {observed}, so với {baseline} của một tuần bình thường ({delta_pct}). "
      "Lợi nhuận mất đi ước tính: {impact}.",
      "Der Umsatz betrug {observed} gegenüber {baseline} in einer üblichen Woche ({delta_pct}). "
      "Geschätzter entgangener Gewinn: {impact}."}},
    {rule::roas_below_break_even,
     {"Ads brought in {observed} times their cost in revenue. That is hardly above the break-even point of {expected}.",
      "Mỗi đồng quảng cáo mang về {observed} đồng doanh thu, chỉ nhỉnh hơn điểm hòa vốn {expected} một chút.",
      "Die Werbung brachte das {observed}-Fache ihrer Kosten als Umsatz. Das liegt nur knapp über der Gewinnschwelle "
      "von {expected}."},
     {"Ads brought in {observed} times their cost in revenue, but it takes {expected} to break even. "
      "Advertising lost {impact}.",
      "Mỗi đồng quảng cáo chỉ mang về {observed} đồng doanh thu, trong khi cần {expected} mới hòa vốn. "
      "Quảng cáo đã lỗ {impact}.",
      "Die Werbung brachte das {observed}-Fache ihrer Kosten als Umsatz, kostendeckend wäre erst das {expected}-Fache. "
      "Sie hat {impact} Verlust gemacht."}},
    {rule::roas_below_target,
     {"ROAS was {observed} and missed your target of {expected}. At that target revenue would have been {impact} "
      "higher.",
      "ROAS là {observed}, chưa đạt mục tiêu {expected}. Nếu đạt mục tiêu, doanh thu đã cao hơn {impact}.",
      "Der ROAS betrug {observed} und verfehlte Ihr Ziel von {expected}. Mit diesem Ziel wäre der Umsatz um {impact} "
      "höher "
      "gewesen."}},
    {rule::marginal_roas_low,
     {"The additional ad spend did not pay off: each unit of it brought {observed} in revenue. Estimated loss: "
      "{impact}.",
      "Khoản chi quảng cáo tăng thêm không hiệu quả: mỗi đồng chi thêm mang về {observed} đồng doanh thu. "
      "Thiệt hại ước tính: {impact}.",
      "Die zusätzlichen Werbeausgaben haben sich nicht gelohnt: Jede weitere Geldeinheit brachte {observed} an Umsatz. "
      "Geschätzter Verlust: {impact}."}},
    {rule::cpl_spike,
     {"A lead cost {observed}, against {baseline} in a usual week (+{delta_pct}). Estimated loss of profit: {impact}.",
      "Mỗi khách tiềm năng tốn {observed}, so với {baseline} của một tuần bình thường (+{delta_pct}). "
      "Lợi nhuận mất đi ước tính: {impact}.",
      "Ein Lead kostete {observed} gegenüber {baseline} in einer üblichen Woche (+{delta_pct}). Geschätzter "
      "entgangener Gewinn: "
      "{impact}."}},
    {rule::cvr_drop,
     {"Fewer leads became orders: {observed}, against {baseline} in a usual week. Estimated loss of profit: {impact}.",
      "Ít khách tiềm năng đặt hàng hơn: {observed}, so với {baseline} của một tuần bình thường. "
      "Lợi nhuận mất đi ước tính: {impact}.",
      "Weniger Leads wurden zu Bestellungen: {observed} gegenüber {baseline} in einer üblichen Woche. "
      "Geschätzter entgangener Gewinn: {impact}."}},
    {rule::aov_drop,
     {"The average order was {observed}, against {baseline} in a usual week ({delta_pct}). "
      "Estimated loss of profit: {impact}.",
      "Giá trị đơn hàng trung bình là {observed}, so với {baseline} của một tuần bình thường ({delta_pct}). "
      "Lợi nhuận mất đi ước tính: {impact}.",
      "Der durchschnittliche Bestellwert betrug {observed} gegenüber {baseline} in einer üblichen Woche ({delta_pct}). "
      "Geschätzter entgangener Gewinn: {impact}."}},
    {rule::leads_drop,
     {"Fewer leads came in: {observed}, against {baseline} in a usual week ({delta_pct}). "
      "Estimated loss of profit: {impact}.",
      "Ít khách tiềm năng hơn: {observed}, so với {baseline} của một tuần bình thường ({delta_pct}). "
      "Lợi nhuận mất đi ước tính: {impact}.",
      "Es kamen weniger Leads: {observed} gegenüber {baseline} in einer üblichen Woche ({delta_pct}). "
      "Geschätzter entgangener Gewinn: {impact}."}},
    {rule::spend_no_orders,
     {"Ads cost {observed} and did not bring a single order.",
      "Quảng cáo tốn {observed} nhưng không mang về đơn hàng nào.",
      "Die Werbung kostete {observed} und brachte keine einzige Bestellung."}},
    {rule::spend_no_leads,
     {"Ads were paid for, but no lead came in. Days: {days}. Spent on them: {impact}.",
      "Đã chi tiền quảng cáo nhưng không có khách tiềm năng nào. Số ngày: {days}. Số tiền đã chi: {impact}.",
      "Es wurde für Werbung gezahlt, aber es kam kein Lead. Tage: {days}. Ausgegeben: {impact}."}},
    {rule::ad_ratio_high,
     {"Ads took {observed} of the revenue; {expected} is the limit. Spent beyond it: {impact}.",
      "Quảng cáo chiếm {observed} doanh thu; giới hạn là {expected}. Số tiền vượt giới hạn: {impact}.",
      "Die Werbung verbrauchte {observed} des Umsatzes; die Grenze liegt bei {expected}. Darüber hinaus ausgegeben: "
      "{impact}."}},
    {rule::margin_erosion,
     {"Goods cost {observed} of the revenue, up from {baseline}. That took {impact} from your profit.",
      "Giá vốn chiếm {observed} doanh thu, tăng từ {baseline}. Lợi nhuận vì thế giảm {impact}.",
      "Der Wareneinsatz stieg von {baseline} auf {observed} des Umsatzes. Das kostete {impact} Gewinn."}},
    {rule::cogs_unset,
     {"The cost of goods is not set, or is not a share between 0 and 1. Profit cannot be computed without it.",
      "Tỷ lệ giá vốn chưa được đặt, hoặc không nằm giữa 0 và 1. Không có nó thì không thể tính lợi nhuận.",
      "Der Wareneinsatz ist nicht eingestellt oder kein Anteil zwischen 0 und 1. Ohne ihn lässt sich kein Gewinn "
      "berechnen."}},
    {rule::data_missing,
     {"Days without data in this week: {observed}. They are left out of every comparison until they are entered.",
      "Số ngày không có dữ liệu trong tuần này: {observed}. Những ngày đó không được đưa vào so sánh cho đến khi có số "
      "liệu.",
      "Tage ohne Daten in dieser Woche: {observed}. Bis sie eingetragen sind, bleiben sie in allen Vergleichen außen "
      "vor."}},
    {rule::data_suspect,
     {"Some figures can hardly be right. {reasons}", "Một vài số liệu có vẻ không đúng. {reasons}",
      "Einige Zahlen können kaum stimmen. {reasons}"}},
    {rule::day_concentration,
     {"A single day made more than {threshold} of the week's revenue.",
      "Chỉ một ngày đã mang về hơn {threshold} doanh thu của cả tuần.",
      "Ein einziger Tag brachte mehr als {threshold} des Wochenumsatzes."}},
    {rule::profit_streak,
     {"Net profit has been falling week by week, and is now at {observed}. Weeks: {weeks}. Lost since then: {impact}.",
      "Lợi nhuận ròng giảm liên tục qua từng tuần, nay còn {observed}. Số tuần: {weeks}. Tổng mức giảm: {impact}.",
      "Der Nettogewinn sinkt von Woche zu Woche und liegt nun bei {observed}. Wochen: {weeks}. Seither verloren: "
      "{impact}."}},
    {rule::goal_off_pace,
     {"At this pace the month ends at {observed}. The goal is {expected}, so {impact} would be missing.",
      "Với tốc độ này, cả tháng sẽ đạt {observed}. Mục tiêu là {expected}, tức còn thiếu {impact}.",
      "Bei diesem Tempo endet der Monat mit {observed}. Das Ziel ist {expected}, es würden also {impact} fehlen."}},
    {rule::ad_spend_stopped,
     {"Ads have stopped: {observed} days in a row without ad spend, on weekdays that usually have some.",
      "Quảng cáo đã ngừng: {observed} ngày liên tiếp không chi tiền quảng cáo, vào những ngày trong tuần thường có "
      "chi.",
      "Die Werbung steht: {observed} Tage in Folge ohne Werbeausgaben, an Wochentagen, an denen es sonst welche "
      "gibt."}},
};
static_assert(is_keyed(rule_wordings, rule::ad_spend_stopped));

constexpr std::size_t max_actions = 3;

// The codes of what can be done, the first the most urgent.
struct actions_of_rule {
  rule key;
  std::string_view codes[max_actions];
};

constexpr actions_of_rule rule_actions[] = {
    {rule::np_negative, {"PAUSE_CAMPAIGNS", "REVIEW_COSTS", "CHECK_PRICES"}},
    {rule::np_drop, {"REVIEW_DRIVERS", "REVIEW_COSTS"}},
    {rule::rev_drop, {"REVIEW_DRIVERS", "CHECK_LANDING_PAGE", "CHECK_STOCK"}},
    {rule::roas_below_break_even, {"PAUSE_CAMPAIGNS", "REVIEW_TARGETING", "CHECK_PRICES"}},
    {rule::roas_below_target, {"SHIFT_BUDGET", "REVIEW_TARGETING"}},
    {rule::marginal_roas_low, {"REVERT_BUDGET", "SHIFT_BUDGET"}},
    {rule::cpl_spike, {"REFRESH_CREATIVES", "REVIEW_TARGETING"}},
    {rule::cvr_drop, {"CHECK_LANDING_PAGE", "FOLLOW_UP_LEADS", "CHECK_PRICES"}},
    {rule::aov_drop, {"OFFER_BUNDLES", "REVIEW_DISCOUNTS"}},
    {rule::leads_drop, {"CHECK_CAMPAIGNS", "REFRESH_CREATIVES"}},
    {rule::spend_no_orders, {"PAUSE_CAMPAIGNS", "CHECK_TRACKING", "CHECK_LANDING_PAGE"}},
    {rule::spend_no_leads, {"CHECK_CAMPAIGNS", "CHECK_TRACKING"}},
    {rule::ad_ratio_high, {"CUT_AD_SPEND", "SHIFT_BUDGET"}},
    {rule::margin_erosion, {"REVIEW_COSTS", "REVIEW_DISCOUNTS", "CHECK_PRICES"}},
    {rule::cogs_unset, {"SET_COGS_RATIO"}},
    {rule::data_missing, {"ENTER_MISSING_DAYS"}},
    {rule::data_suspect, {"CORRECT_DATA"}},
    {rule::day_concentration, {"REVIEW_PEAK_DAY"}},
    {rule::profit_streak, {"REVIEW_DRIVERS", "REVIEW_COSTS"}},
    {rule::goal_off_pace, {"PLAN_MONTH", "REVIEW_DRIVERS"}},
    {rule::ad_spend_stopped, {"CHECK_CAMPAIGNS"}},
};
static_assert(is_keyed(rule_actions, rule::ad_spend_stopped));

struct action_wording {
  std::string_view code;
  std::string_view text[language_count];
};

constexpr action_wording action_wordings[] = {
    {"CHECK_CAMPAIGNS",
     {"Check that every campaign is running and within its budget", "Kiểm tra mọi chiến dịch còn chạy và còn ngân sách",
      "Prüfen, ob alle Kampagnen laufen und Budget haben"}},
    {"CHECK_LANDING_PAGE",
     {"Order something yourself: try landing page, form and checkout",
      "Tự đặt thử một đơn: kiểm tra trang đích, biểu mẫu và bước thanh toán",
      "Selbst etwas bestellen: Landingpage, Formular und Kasse ausprobieren"}},
    {"CHECK_PRICES",
     {"Compare your prices with what goods and shipping cost now",
      "So sánh giá bán với giá vốn và phí giao hàng hiện nay",
      "Preise mit den heutigen Kosten für Ware und Versand vergleichen"}},
    {"CHECK_STOCK",
     {"Check that your best sellers are in stock", "Kiểm tra các mặt hàng bán chạy còn hàng",
      "Prüfen, ob die Bestseller auf Lager sind"}},
    {"CHECK_TRACKING",
     {"Check that orders and leads are being recorded", "Kiểm tra đơn hàng và khách tiềm năng có được ghi nhận không",
      "Prüfen, ob Bestellungen und Leads erfasst werden"}},
    {"CORRECT_DATA",
     {"Go through the figures and correct them", "Rà soát và sửa lại số liệu",
      "Die Zahlen durchsehen und berichtigen"}},
    {"CUT_AD_SPEND",
     {"Cut ad spend to what the margin can carry", "Giảm chi phí quảng cáo xuống mức biên lợi nhuận chịu được",
      "Werbeausgaben auf das senken, was die Marge trägt"}},
    {"ENTER_MISSING_DAYS",
     {"Enter the missing days", "Nhập số liệu của những ngày còn thiếu", "Die fehlenden Tage eintragen"}},
    {"FOLLOW_UP_LEADS",
     {"Answer new leads within the hour", "Liên hệ khách tiềm năng mới trong vòng một giờ",
      "Neue Leads innerhalb einer Stunde kontaktieren"}},
    {"OFFER_BUNDLES",
     {"Offer bundles, or free shipping from a certain amount",
      "Bán theo combo, hoặc miễn phí giao hàng từ một mức nhất định",
      "Sets anbieten oder kostenlosen Versand ab einem Mindestbetrag"}},
    {"PAUSE_CAMPAIGNS",
     {"Pause the campaigns that earn less than they cost", "Tạm dừng những chiến dịch thu về ít hơn chi phí",
      "Kampagnen pausieren, die weniger einbringen, als sie kosten"}},
    {"PLAN_MONTH",
     {"Plan what the rest of the month has to bring", "Lên kế hoạch cho phần còn lại của tháng",
      "Planen, was der Rest des Monats bringen muss"}},
    {"REFRESH_CREATIVES",
     {"Replace worn-out ads with new ones", "Thay những mẫu quảng cáo cũ bằng mẫu mới",
      "Abgenutzte Anzeigen durch neue ersetzen"}},
    {"REVERT_BUDGET",
     {"Take back the latest budget increase", "Đưa ngân sách về mức trước khi tăng",
      "Die letzte Budgeterhöhung zurücknehmen"}},
    {"REVIEW_COSTS",
     {"Go through the week's costs: goods, shipping, returns, ads",
      "Rà soát chi phí trong tuần: giá vốn, giao hàng, hàng hoàn, quảng cáo",
      "Die Kosten der Woche durchgehen: Ware, Versand, Retouren, Werbung"}},
    {"REVIEW_DISCOUNTS",
     {"Check which discounts and vouchers were used", "Kiểm tra những mã giảm giá và khuyến mãi đã dùng",
      "Prüfen, welche Rabatte und Gutscheine genutzt wurden"}},
    {"REVIEW_DRIVERS",
     {"Begin with the driver that cost the most", "Bắt đầu từ yếu tố gây thiệt hại nhiều nhất",
      "Mit dem Faktor beginnen, der am meisten gekostet hat"}},
    {"REVIEW_PEAK_DAY",
     {"Find out what made that day different", "Tìm hiểu điều gì khiến ngày đó khác biệt",
      "Herausfinden, was an diesem Tag anders war"}},
    {"REVIEW_TARGETING",
     {"Review audiences, keywords and placements", "Xem lại đối tượng, từ khóa và vị trí hiển thị",
      "Zielgruppen, Keywords und Platzierungen überprüfen"}},
    {"SET_COGS_RATIO",
     {"Set the cost of goods in the shop's settings", "Đặt tỷ lệ giá vốn trong phần cài đặt của cửa hàng",
      "Den Wareneinsatz in den Einstellungen des Shops hinterlegen"}},
    {"SHIFT_BUDGET",
     {"Move budget to the campaigns that earn the most", "Chuyển ngân sách sang những chiến dịch hiệu quả nhất",
      "Budget auf die Kampagnen verlagern, die am meisten einbringen"}},
};

constexpr bool has_wording(std::string_view code) {
  for (const action_wording &each : action_wordings)
    if (each.code == code)
      return true;
  return false;
}

constexpr bool has_wordings_for_all_actions() {
  for (const actions_of_rule &each : rule_actions)
    for (const std::string_view &code : each.codes)
      if (!code.empty() && !has_wording(code))
        return false;
  return true;
}
static_assert(has_wordings_for_all_actions());

struct placeholder {
  std::string_view name;
  std::string message_values::*value;
};

constexpr placeholder placeholders[] = {
    {"observed", &message_values::observed},   {"expected", &message_values::expected},
    {"baseline", &message_values::baseline},   {"delta", &message_values::delta},
    {"delta_pct", &message_values::delta_pct}, {"impact", &message_values::impact},
    {"threshold", &message_values::threshold}, {"days", &message_values::days},
    {"weeks", &message_values::weeks},         {"reasons", &message_values::reasons},
};

[[noreturn]] void refuse(std::string_view message, const std::string &why) {
  std::string names;
  for (const placeholder &each : placeholders)
    names += fmt::format("{}{{{}}}", names.empty() ? "" : ", ", each.name);
  throw fault{.sqlstate = sqlstate::invalid_parameter_value,
              .message = fmt::format("invalid wording \"{}\": {}", message, why),
              .hint = fmt::format("A wording may name {}, without a format; write {{{{ and }}}} for braces.", names)};
}

// Where the next brace stands, or the end. find_first_of is several times as slow.
std::size_t next_brace(std::string_view message, std::size_t at) {
  while (at < message.size() && message[at] != '{' && message[at] != '}')
    ++at;
  return at;
}

const std::string &value_of(std::string_view name, const message_values &values, std::string_view message) {
  for (const placeholder &each : placeholders)
    if (each.name == name)
      return values.*each.value;
  refuse(message, fmt::format("there is no \"{}\"", name));
}

} // namespace

std::string_view message_template(rule which, severity grade, language in) noexcept {
  const rule_wording &wording = row_of(rule_wordings, which);
  const auto at = static_cast<std::size_t>(in);
  const bool is_other = grade == severity::critical && !wording.critical[at].empty();
  return is_other ? wording.critical[at] : wording.warning[at];
}

std::string without_impact(std::string_view message) {
  const std::size_t at = message.find("{impact}");
  const std::size_t before = at == std::string_view::npos ? at : message.rfind(". ", at);
  if (before == std::string_view::npos)
    return std::string(message);
  const std::size_t end = message.find('.', at);
  std::string rest(message.substr(0, before + 1));
  return end == std::string_view::npos ? rest : rest.append(message.substr(end + 1));
}

// Not fmt: its formats could ask for any width, and its named arguments cost several allocations a message.
std::string render(std::string_view message, const message_values &values) {
  std::string text;
  text.reserve(message.size() + 64);
  for (std::size_t at = 0; at < message.size();) {
    const std::size_t brace = next_brace(message, at);
    text += message.substr(at, brace - at);
    if (brace == message.size())
      break;
    at = brace + 2;
    if (at <= message.size() && message[brace] == message[brace + 1]) {
      text += message[brace];
      continue;
    }
    const std::size_t end = message.find('}', brace + 1);
    if (message[brace] == '}' || end == std::string_view::npos)
      refuse(message, "a brace has no partner");
    text += value_of(message.substr(brace + 1, end - brace - 1), values, message);
    at = end + 1;
  }
  return text;
}

std::span<const std::string_view> actions_of(rule which) noexcept {
  const auto &actions = row_of(rule_actions, which).codes;
  const auto end = std::find(std::begin(actions), std::end(actions), std::string_view{});
  return {std::begin(actions), end};
}

std::string_view action_text(std::string_view action, language in) noexcept {
  const auto found = std::find_if(std::begin(action_wordings), std::end(action_wordings),
                                  [&](const action_wording &each) { return each.code == action; });
  return found == std::end(action_wordings) ? action : found->text[static_cast<std::size_t>(in)];
}

} // namespace upkeep::diagnostics
