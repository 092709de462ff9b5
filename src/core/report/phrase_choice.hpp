// Which phrases a report is written in.
#pragma once

#include "core/report/phrase_book.hpp"
#include "core/text/json.hpp"

#include <optional>

namespace upkeep::report {

// Where the user's own wordings are kept.
class wording_source {
public:
  virtual std::vector<phrase_book::wording> wordings_of(const std::string &language) = 0;
  // The languages that have any, sorted.
  virtual std::vector<std::string> languages() = 0;

protected:
  ~wording_source() = default;
};

// The phrases of `language`, or, for nullopt, of the shop that the row is of, where there are reports in its language;
// else the English. Throws fault 22023 for a language without reports.
phrase_book choose_phrases(const json &row, const std::optional<std::string> &language, wording_source &own);

} // namespace upkeep::report
