// upkeep.weekly_report: a diagnosis as a page, in the words that upkeep.wordings has or that are built in.
#include "core/report/report.hpp"
#include "core/text/joined.hpp"
#include "postgres/sql/arguments.hpp"
#include "postgres/sql/query.hpp"

#include <fmt/format.h>

namespace upkeep::diagnostics {

using pg::call;

namespace {

std::vector<report::phrase_book::wording> read_wordings(const std::string &language) {
  const pg::parameter parameters[] = {pg::parameter::text(language)};
  const pg::rows found =
      pg::execute("SELECT w.code, w.wording FROM upkeep.wordings w WHERE w.language = $1", parameters);
  std::vector<report::phrase_book::wording> wordings;
  for (std::uint64_t row = 0; row < found.count(); ++row)
    wordings.push_back({*found.text(row, 1), *found.text(row, 2)});
  return wordings;
}

[[noreturn]] void refuse_language(const std::string &language) {
  std::vector<std::string> known;
  for (const upkeep::language each : languages)
    known.emplace_back(name_of(each));
  const pg::rows found = pg::execute("SELECT DISTINCT w.language FROM upkeep.wordings w ORDER BY 1");
  for (std::uint64_t row = 0; row < found.count(); ++row)
    if (const std::string other = *found.text(row, 1); !report::is_built_in(other))
      known.push_back(other);
  throw fault{
      .sqlstate = sqlstate::invalid_parameter_value,
      .message = fmt::format("there are no reports in language \"{}\"", language),
      .hint = fmt::format("Use one of: {}; or add rows of another language to upkeep.wordings.", joined(known, ", "))};
}

report::phrase_book book_of(const std::string &language) {
  std::vector<report::phrase_book::wording> wordings;
  pg::with_spi([&] {
    wordings = read_wordings(language);
    if (wordings.empty() && !report::is_built_in(language))
      refuse_language(language);
  });
  return {language, std::move(wordings)};
}

Datum render_report(FunctionCallInfo fcinfo) {
  const pg::arguments arguments(fcinfo);
  const report::report_format format = report::report_format_of(arguments.string(1, "format"));
  const report::phrase_book say = book_of(arguments.string(2, "language"));
  const std::string diagnostic = pg::string_from([=] {
    Jsonb *document = DatumGetJsonbP(fcinfo->args[0].value);
    return JsonbToCString(nullptr, &document->root, VARSIZE(document));
  });
  const std::string text = report::weekly_report(parse_json(diagnostic, on_too_deep::cut), format, say);
  return call([&] { return PointerGetDatum(cstring_to_text_with_len(text.data(), static_cast<int>(text.size()))); });
}

} // namespace

} // namespace upkeep::diagnostics

using namespace upkeep;
using namespace upkeep::diagnostics;

// upkeep.weekly_report(diagnostic, format, language) RETURNS text. Errors: 22023 an unknown format or language, and a
// diagnostic that is not an object.
UPKEEP_FUNCTION(upkeep_weekly_report) {
  return pg::entry([=] { return render_report(fcinfo); });
}
