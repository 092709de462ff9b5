#include "core/diagnostics/document/reasons.hpp"

#include "core/keyed_table.hpp"

#include <fmt/format.h>

namespace upkeep::diagnostics {

namespace {

struct reason_wording {
  suspicion key;
  std::string_view text[std::size(languages)];
};

constexpr reason_wording wordings[] = {
    {suspicion::none, {}},
    {suspicion::negative, {"figures below zero.", "có số liệu âm.", "Werte unter null."}},
    {suspicion::leads_unrecorded,
     {"far fewer leads than usual while orders, revenue and ad spend went on as ever; they were probably not recorded.",
      "khách tiềm năng ít hơn hẳn thường lệ trong khi đơn hàng, doanh thu và chi phí quảng cáo vẫn như cũ; có lẽ chưa "
      "được ghi nhận.",
      "weit weniger Leads als sonst, während Bestellungen, Umsatz und Werbeausgaben wie gewohnt liefen; vermutlich "
      "wurden sie nicht erfasst."}},
    {suspicion::revenue_without_orders,
     {"revenue without a single order.", "có doanh thu nhưng không có đơn hàng nào.",
      "Umsatz ohne eine einzige Bestellung."}},
    {suspicion::orders_over_leads,
     {"more orders than leads.", "số đơn hàng nhiều hơn số khách tiềm năng.", "mehr Bestellungen als Leads."}},
    {suspicion::thousands,
     {"the revenue of an order is far from what it usually is, as if typed in thousands.",
      "doanh thu trên mỗi đơn khác hẳn thường lệ, như thể được nhập theo đơn vị nghìn.",
      "der Umsatz je Bestellung weicht stark vom Üblichen ab, als wäre er in Tausend eingegeben."}},
};
static_assert(is_keyed(wordings, suspicion::thousands));

} // namespace

std::vector<suspect_day> suspects_from(const json &days) {
  std::vector<suspect_day> result;
  for (const json &each : days.elements()) {
    const std::optional<day_number> day = day_from(each["date"].text());
    const std::optional<suspicion> why = suspicion_from(each["reason"].text());
    if (day && why)
      result.push_back({*day, *why});
  }
  return result;
}

std::string reasons_text(std::span<const suspect_day> days, language in) {
  std::string text;
  for (const reason_wording &reason : wordings) {
    std::string dates;
    for (const suspect_day &each : days)
      if (each.why == reason.key)
        dates += (dates.empty() ? "" : ", ") + date_in_words(each.day, in);
    if (!dates.empty())
      text += fmt::format("{}{}: {}", text.empty() ? "" : " ", dates, reason.text[static_cast<std::size_t>(in)]);
  }
  return text;
}

} // namespace upkeep::diagnostics
