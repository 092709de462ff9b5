// upkeep.diagnose of any shop: a line of JSON with its closed weekdays, events and refunds, then six bytes a row of its
// days. Whatever they are, the document has what every document has, and its figures keep their promises.
#include "core/diagnostics/diagnosis.hpp"
#include "core/fault.hpp"
#include "core/text/json_tree.hpp"
#include "require.hpp"

using namespace upkeep;
using namespace upkeep::diagnostics;

namespace {

constexpr day_number monday = 9809; // 2026-11-09
constexpr std::size_t row_size = 6, issue_keys = 20;

std::int64_t *more(void *) {
  static std::int64_t room[days_kept];
  return room;
}

std::string no_digest(std::string_view) { return "digest"; }

void take_settings(std::string_view line, shop_settings &into) {
  const json given = parse_json(line);
  for (const auto &[key, value] : given.members())
    if (shop_settings::is_whole(key))
      into.take_whole(key, value);
    else
      into.take("", key, {setting_kind::string, value.text(), decimal::null()});
}

void take_row(const std::uint8_t *row, shop_days &into) {
  const auto signed_byte = [&](int at) { return std::int64_t{static_cast<std::int8_t>(row[at])}; };
  const std::int64_t orders = row[1] % 8 == 7 ? signed_byte(1) : row[1] % 64;
  add(into,
      {monday - 59 + row[0] % 70,
       {orders, (signed_byte(2) + 100) * orders * 1000, signed_byte(3) * 1000 + 100'000, row[4]},
       static_cast<std::uint8_t>(row[5] % 16 ? 15 : row[5] >> 4),
       0,
       450'000'000},
      more, nullptr);
}

std::int64_t amount_of(const json &amount) { return std::strtoll(amount.text().c_str(), nullptr, 10); }

bool is_driver(std::string_view code) {
  for (const rule each : {rule::cpl_spike, rule::cvr_drop, rule::aov_drop, rule::leads_drop})
    if (code == code_of(each))
      return true;
  return false;
}

// Profit that was lost on the compared days, as the document's own sums tell.
std::int64_t loss_of(const json &document) {
  const json &compared = document["facts"]["comparison"];
  const auto profit = [](const json &side) {
    return std::strtod(side["revenue"].text().c_str(), nullptr) -
           std::strtod(side["ad_spend"].text().c_str(), nullptr) - std::strtod(side["cogs"].text().c_str(), nullptr);
  };
  const double weeks = std::strtod(compared["weeks"].text().c_str(), nullptr);
  return static_cast<std::int64_t>(profit(compared["before"]) / weeks - profit(compared["after"]) + 1);
}

void require_issue(const json &document, const json &issue) {
  REQUIRE(issue.members().size() == issue_keys);
  REQUIRE(issue["impact"].is_null() == issue["impact_kind"].is_null());
  REQUIRE(issue["impact"].is_null() || amount_of(issue["impact"]) >= 0);
  for (const char *language : {"en", "vi", "de"})
    REQUIRE(!issue["message"][language].text().empty());
  const json &suspects = document["rules"]["DATA_SUSPECT"]["status"];
  if (is_driver(issue["code"].text()) && !issue["impact"].is_null() && suspects.text() == "PASSED")
    REQUIRE(amount_of(issue["impact"]) <= loss_of(document));
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char *>(data), size);
  const std::size_t line = std::min(bytes.find('\n'), size);
  shop_settings settings;
  settings.cogs_ratio = 450'000'000;
  try {
    take_settings(bytes.substr(0, line), settings);
  } catch (const fault &) {
    // The days are worth looking at without them.
  }
  shop_days days;
  begin(days, monday);
  for (std::size_t at = line + 1; at + row_size <= size; at += row_size)
    take_row(data + at, days);
  try {
    json_tree tree;
    diagnose({days, settings, monday + static_cast<int>(size % 9), true, no_digest}, tree);
    const json document = tree.take();
    REQUIRE(document["rules"].members().size() == rule_count);
    for (const json &issue : document["issues"].elements())
      require_issue(document, issue);
  } catch (const fault &said) {
    REQUIRE(std::string_view(said.sqlstate) == "22023");
  }
  return 0;
}
