// upkeep.weekly_report: a diagnosis as a page, in the words that upkeep.wordings has or that are built in.
#include "core/report/report.hpp"
#include "core/report/facts.hpp"
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

std::vector<report::phrase_book::wording> wordings_of(const std::string &language) {
  std::vector<report::phrase_book::wording> wordings;
  pg::with_spi([&] { wordings = read_wordings(language); });
  return wordings;
}

report::phrase_book book_of(const std::string &language) {
  std::vector<report::phrase_book::wording> wordings = wordings_of(language);
  if (wordings.empty() && !report::is_built_in(language))
    pg::with_spi([&] { refuse_language(language); });
  return {language, std::move(wordings)};
}

// That of the shop, where there are reports in it.
report::phrase_book book_of_shop(const json &row) {
  const std::string language = report::language_of(row);
  std::vector<report::phrase_book::wording> wordings;
  if (!language.empty())
    wordings = wordings_of(language);
  if (wordings.empty() && !report::is_built_in(language))
    return book_of(std::string(name_of(language::en)));
  return {language, std::move(wordings)};
}

Datum render_report(FunctionCallInfo fcinfo) {
  const pg::arguments arguments(fcinfo);
  const report::report_format format = report::report_format_of(arguments.string(1, "format"));
  const json row = parse_json(arguments.json(0, "diagnostic"), on_too_deep::cut);
  const std::optional<std::string> language = arguments.optional_string(2);
  const std::string text = report::weekly_report(row, format, language ? book_of(*language) : book_of_shop(row));
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
