// weekly_report of any JSON: an input is a row, and its length chooses the language. All formats are well formed,
// whatever the row holds, and a mail is as short as mail programs want it.
#include "core/fault.hpp"
#include "core/report/report.hpp"
#include "require.hpp"

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

using namespace upkeep;
using namespace upkeep::report;

namespace {

constexpr std::string_view elements[] = {
    "html",    "head", "title", "style", "body", "main", "header", "footer",  "section", "nav",  "div",  "article",
    "details", "a",    "p",     "span",  "b",    "bdi",  "small",  "summary", "h1",      "h2",   "h3",   "h4",
    "ol",      "ul",   "li",    "dl",    "dt",   "dd",   "svg",    "path",    "rect",    "line", "text", "circle"};
constexpr std::string_view mail_elements[] = {"html", "head", "title", "body", "div",  "table", "tr",
                                              "td",   "h1",   "h2",    "h3",   "span", "b",     "a"};
// What mail programs drop, as attributes.
constexpr std::string_view dropped[] = {" class=", " id=", "grid", "flex", "position:", "url("};

bool stands_alone(std::string_view tag) {
  return tag.starts_with("!DOCTYPE") || tag.starts_with("meta ") || tag == "br" || tag.ends_with('/');
}

// A link leads into the page, or to the web.
void require_safe_link(std::string_view tag) {
  constexpr std::string_view attribute = " href=\"";
  const std::size_t at = tag.find(attribute);
  if (at == std::string_view::npos)
    return;
  const std::string_view target = tag.substr(at + attribute.size(), 8);
  const bool is_web = (target[0] | 0x20) == 'h' && target.find("://") != std::string_view::npos;
  REQUIRE(tag.starts_with("a ") && (target.starts_with('#') || is_web));
}

// Every "<" begins an element that is known, all of them close in turn, and none has a handler.
void require_well_formed(std::string_view html, std::span<const std::string_view> known) {
  std::vector<std::string_view> open;
  for (std::size_t at = 0; (at = html.find('<', at)) != std::string_view::npos;) {
    const std::size_t end = html.find('>', at);
    REQUIRE(end != std::string_view::npos);
    const std::string_view tag = html.substr(at + 1, end - at - 1);
    REQUIRE(tag.find('<') == std::string_view::npos);
    REQUIRE(std::count(tag.begin(), tag.end(), '"') % 2 == 0);
    REQUIRE(tag.find(" on") == std::string_view::npos || tag.find("aria-label") != std::string_view::npos);
    require_safe_link(tag);
    at = end;
    if (tag.starts_with('/')) {
      REQUIRE(!open.empty() && open.back() == tag.substr(1));
      open.pop_back();
    } else if (!stands_alone(tag)) {
      open.push_back(tag.substr(0, tag.find(' ')));
      REQUIRE(std::ranges::find(known, open.back()) != known.end());
    }
  }
  REQUIRE(open.empty());
}

void require_mail(std::string_view mail) {
  require_well_formed(mail, mail_elements);
  REQUIRE(mail.size() < 100'000);
  for (std::size_t at = 0; (at = mail.find('<', at)) != std::string_view::npos; ++at)
    for (const std::string_view each : dropped)
      REQUIRE(mail.substr(at, mail.find('>', at) - at).find(each) == std::string_view::npos);
}

// No "<" that is not escaped, so no HTML within.
void require_text(std::string_view markdown) {
  for (std::size_t at = 0; (at = markdown.find('<', at)) != std::string_view::npos; ++at)
    REQUIRE(at > 0 && markdown[at - 1] == '\\');
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  try {
    const json row = parse_json({reinterpret_cast<const char *>(data), size});
    const phrase_book say(std::string(name_of(languages[size % std::size(languages)])), {});
    require_well_formed(weekly_report(row, report_format::html, say), elements);
    require_mail(weekly_report(row, report_format::email, say));
    require_text(weekly_report(row, report_format::markdown, say));
  } catch (const fault &said) {
    const std::string_view state = said.sqlstate;
    REQUIRE(state == "22P02" || state == "22023");
    REQUIRE(!said.message.empty() && !said.hint.empty());
  }
  return 0;
}
