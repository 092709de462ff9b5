// weekly_report of any JSON: an input is a row, and its length chooses the language. Both formats are well formed,
// whatever the row holds.
#include "core/fault.hpp"
#include "core/report/report.hpp"
#include "require.hpp"

#include <algorithm>
#include <cstdint>
#include <vector>

using namespace upkeep;
using namespace upkeep::report;

namespace {

constexpr std::string_view elements[] = {"html",    "head",    "title", "style", "body", "main", "header", "footer",
                                         "section", "article", "div",   "p",     "span", "b",    "bdi",    "small",
                                         "h1",      "h2",      "h3",    "h4",    "ol",   "ul",   "li",     "dl",
                                         "dt",      "dd",      "svg",   "path",  "rect", "line", "circle"};

bool is_known(std::string_view name) {
  return std::find(std::begin(elements), std::end(elements), name) != std::end(elements);
}

bool stands_alone(std::string_view tag) {
  return tag.starts_with("!DOCTYPE") || tag.starts_with("meta ") || tag.ends_with('/');
}

// Every "<" begins an element that reports have, all of them close in turn, and none has a handler.
void require_well_formed(std::string_view html) {
  std::vector<std::string_view> open;
  for (std::size_t at = 0; (at = html.find('<', at)) != std::string_view::npos;) {
    const std::size_t end = html.find('>', at);
    REQUIRE(end != std::string_view::npos);
    const std::string_view tag = html.substr(at + 1, end - at - 1);
    REQUIRE(tag.find('<') == std::string_view::npos);
    REQUIRE(std::count(tag.begin(), tag.end(), '"') % 2 == 0);
    REQUIRE(tag.find(" on") == std::string_view::npos || tag.find("aria-label") != std::string_view::npos);
    at = end;
    if (tag.starts_with('/')) {
      REQUIRE(!open.empty() && open.back() == tag.substr(1));
      open.pop_back();
    } else if (!stands_alone(tag)) {
      open.push_back(tag.substr(0, tag.find(' ')));
      REQUIRE(is_known(open.back()));
    }
  }
  REQUIRE(open.empty());
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
    require_well_formed(weekly_report(row, report_format::html, say));
    require_text(weekly_report(row, report_format::markdown, say));
  } catch (const fault &said) {
    const std::string_view state = said.sqlstate;
    REQUIRE(state == "22P02" || state == "22023");
    REQUIRE(!said.message.empty() && !said.hint.empty());
  }
  return 0;
}
