#include "core/report/phrase_choice.hpp"

#include "core/fault.hpp"
#include "core/report/facts.hpp"
#include "core/text/joined.hpp"

#include <fmt/format.h>

namespace upkeep::report {

namespace {

[[noreturn]] void refuse_language(const std::string &language, wording_source &own) {
  std::vector<std::string> known;
  for (const upkeep::language each : languages)
    known.emplace_back(name_of(each));
  for (std::string &other : own.languages())
    if (!is_built_in(other))
      known.push_back(std::move(other));
  throw fault{
      .sqlstate = sqlstate::invalid_parameter_value,
      .message = fmt::format("there are no reports in language \"{}\"", language),
      .hint = fmt::format("Use one of: {}; or add rows of another language to upkeep.wordings.", joined(known, ", "))};
}

} // namespace

phrase_book choose_phrases(const json &row, const std::optional<std::string> &language, wording_source &own) {
  const std::string wanted = language ? *language : language_of(row);
  std::vector<phrase_book::wording> wordings;
  if (language || !wanted.empty())
    wordings = own.wordings_of(wanted);
  if (!wordings.empty() || is_built_in(wanted))
    return {wanted, std::move(wordings)};
  if (language)
    refuse_language(wanted, own);
  const std::string english(name_of(language::en));
  return {english, own.wordings_of(english)};
}

} // namespace upkeep::report
