// The report in one sentence: what profit lost or gained, and the one cause that explains most of it.
#pragma once

#include "core/report/facts.hpp"
#include "core/report/phrase_book.hpp"

#include <optional>
#include <string>

namespace upkeep::report {

struct headline {
  std::string text;   // "Profit was {amount} lower than in a usual week", with {amount} as it stands
  std::string amount; // what stands there; empty where nothing does
  std::string cause;  // "fewer leads"; empty where it is not known
  std::string cause_amount;
  bool is_loss = false, is_gain = false;

  std::string sentence() const; // with the amount in it
};

// The loss is that of NP_DROP, else of NP_NEGATIVE; without them it is what the comparison says, of revenue where no
// profit is known: a fall that the rule has let pass is none. A week with an event is compared with no other. Impacts
// are never added up. nullopt where nothing is compared.
std::optional<headline> headline_of(const report_facts &facts, const phrase_book &say);

} // namespace upkeep::report
