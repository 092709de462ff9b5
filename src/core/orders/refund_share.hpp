// What some pieces of a line are worth when they are refunded.
#pragma once

#include "core/orders/amount_formula.hpp"

namespace upkeep::orders {

// A line of which pieces are refunded. None of its numbers is NULL.
struct refunded_line {
  decimal amount; // of the whole line
  decimal sold;   // its pieces
  decimal gone;   // pieces that were refunded or returned before
  decimal left;   // what may still be refunded: of the line's amount, and of the total of its order
  decimal left_of_order;
};

// The shares of pieces that are refunded one after another add up to the amount of the line: each is what all that are
// gone then are worth, less what those before were worth, both rounded.
class refund_share {
public:
  // `scale`: the decimals of a share; nullopt for as many as it needs.
  explicit refund_share(std::optional<int> scale);

  // The share of so many pieces, in plain notation; never more than what is left, nor less than 0. Throws 22003 for one
  // that is beyond any numeric.
  std::string of(const decimal &pieces, const refunded_line &line, const interrupt &stop) const;

private:
  amount_formula formula;
};

} // namespace upkeep::orders
