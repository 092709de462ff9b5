// The phrases of a report in one language: those built in, and the user's own wordings of them.
#pragma once

#include "core/numeric/money.hpp"
#include "core/report/phrases.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace upkeep::report {

// The phrases of one language. The user's wordings come first, then what is built in, for another language the English.
class phrase_book {
public:
  struct wording {
    std::string code;
    std::string text;
  };

  phrase_book(std::string language, std::vector<wording> own);

  const std::string &tag() const { return language_tag; }
  // The built-in language that stands in where there are no wordings.
  language fallback() const { return stand_in; }
  // The language whose way of writing figures and dates is used.
  language figures() const { return figures_as; }

  std::string_view operator[](phrase which) const;
  // What an action, an issue (by the code of its rule), a driver is called; the code itself where it is unknown.
  std::string_view action(std::string_view code) const;
  std::string_view issue(std::string_view code) const;
  std::string_view driver(std::string_view code) const;
  // The user's own wording; null where there is none.
  const std::string *own(std::string_view code) const;

private:
  std::string language_tag;
  language stand_in;
  language figures_as;
  std::vector<wording> wordings;
};

// Whether reports are built in for it.
bool is_built_in(std::string_view language) noexcept;

} // namespace upkeep::report
