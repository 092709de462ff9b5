// upkeep.weekly_report: a diagnosis as a page, in the words that upkeep.wordings has or that are built in.
#include "core/report/report.hpp"
#include "core/report/phrase_choice.hpp"
#include "postgres/sql/arguments.hpp"
#include "postgres/sql/query.hpp"

namespace upkeep::diagnostics {

using pg::call;

namespace {

// What upkeep.wordings has.
class stored_wordings final : public report::wording_source {
public:
  std::vector<report::phrase_book::wording> wordings_of(const std::string &language) override {
    std::vector<report::phrase_book::wording> wordings;
    pg::with_spi([&] {
      const pg::parameter parameters[] = {pg::parameter::text(language)};
      const pg::rows found =
          pg::execute("SELECT w.code, w.wording FROM upkeep.wordings w WHERE w.language = $1", parameters);
      for (std::uint64_t row = 0; row < found.count(); ++row)
        wordings.push_back({*found.text(row, 1), *found.text(row, 2)});
    });
    return wordings;
  }

  std::vector<std::string> languages() override {
    std::vector<std::string> found_languages;
    pg::with_spi([&] {
      const pg::rows found = pg::execute("SELECT DISTINCT w.language FROM upkeep.wordings w ORDER BY 1");
      for (std::uint64_t row = 0; row < found.count(); ++row)
        found_languages.push_back(*found.text(row, 1));
    });
    return found_languages;
  }
};

Datum render_report(FunctionCallInfo fcinfo) {
  const pg::arguments arguments(fcinfo);
  const report::report_format format = report::report_format_of(arguments.string(1, "format"));
  const json row = parse_json(arguments.json(0, "diagnostic"), on_too_deep::cut);
  stored_wordings own;
  const std::string text =
      report::weekly_report(row, format, report::choose_phrases(row, arguments.optional_string(2), own));
  return call([&] { return PointerGetDatum(cstring_to_text_with_len(text.data(), static_cast<int>(text.size()))); });
}

} // namespace

} // namespace upkeep::diagnostics

using namespace upkeep;
using namespace upkeep::diagnostics;

// upkeep.weekly_report(diagnostic, format, language) RETURNS text. NULL for a diagnostic that is NULL; a language that
// is NULL is the shop's. Errors: 22004 no format; 22023 an unknown format or language, and a diagnostic that is not an
// object. Before 0.10.0 it is STRICT.
UPKEEP_FUNCTION(upkeep_weekly_report) {
  if (PG_ARGISNULL(0))
    PG_RETURN_NULL();
  return pg::entry([=] { return render_report(fcinfo); });
}
