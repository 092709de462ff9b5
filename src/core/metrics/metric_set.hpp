// A set of metrics: formulas ordered by what they need of one another, computed exactly, each rounded once to its
// column.
#pragma once

#include "core/interrupt.hpp"
#include "core/metrics/evaluate.hpp"
#include "core/metrics/formula.hpp"
#include "core/numeric/decimal.hpp"
#include "core/numeric/number_type.hpp"

#include <functional>
#include <span>

namespace upkeep::metrics {

enum class outcome_kind : std::uint8_t {
  value,
  null,
  too_large, // for its column
  refused    // by what else its column asks of it
};

// digits / 10^scale, `scale` being the column's. For the stack only: it is aligned to 16.
struct outcome {
  int128 digits;
  std::int16_t scale;
  outcome_kind kind;
};

// What a column says of a figure that fits it.
enum class figure_verdict : std::uint8_t { takes, refuses, unknown };

// Asked for each figure as soon as it is computed, since others stand on what is stored. May longjmp.
struct figure_judge {
  figure_verdict (*judge)(void *self, std::size_t metric, const outcome &figure);
  void *self;
};
// The same of a figure in plain notation: whether it is taken. May throw.
using exact_judge = std::function<bool(std::size_t metric, const std::string &figure)>;

// The same where 128 bits need not suffice. `text`: the value in plain notation with the column's decimals, also of one
// that is too large for its column (but "" where no numeric could hold it).
struct exact_outcome {
  std::string text;
  outcome_kind kind;
};

class metric_set {
public:
  struct metric {
    formula expression;
    number_type column;
  };

  // Parses the formulas and orders them. Each needs a target. Throws what parse_formula throws, 42601 for a formula
  // without target, 42710 for a column with two formulas, 42P17 for a cycle, which it names.
  explicit metric_set(std::span<const std::string> formulas);

  // In the order of computing: those that a metric refers to stand before it.
  const std::vector<metric> &metrics() const { return ordered; }
  // Where the results go; to be set before the first computation.
  void set_column(std::size_t metric, const number_type &column);

  // What must be read: columns of the row, and after them columns of the settings (`of_settings`), each once.
  const std::vector<reference> &inputs() const { return needed; }
  // The number of the inputs that are the row's.
  std::size_t row_inputs() const { return of_row; }
  // The text of the formula that first uses an input.
  const std::string &formula_using(std::size_t input) const;
  // The inputs, by their numbers, that a metric stands on, directly or through another metric.
  std::vector<std::size_t> inputs_of(std::size_t metric) const;

  // Computes every metric of one row; `inputs` as inputs() lists them, `results` as metrics() does. Division by zero is
  // NULL, NULL propagates, a metric sees the rounded values of others, and NULL for one that is too large or refused.
  // False where 128 bits do not suffice, an input has more than 18 digits, or the judge does not know: compute_exactly
  // then does it.
  bool compute(std::span<const decimal> inputs, std::span<outcome> results,
               const figure_judge *judge = nullptr) const noexcept;
  // The same without limits other than time: numbers beyond 2^21 bits count as too large. Polls `stop`.
  void compute_exactly(std::span<const decimal> inputs, std::span<exact_outcome> results, const interrupt &stop,
                       const exact_judge &takes = {}) const;

private:
  // What computes one metric: its code with the references found and the constants read.
  struct program {
    std::vector<step> steps;
    std::vector<decimal> constants; // one with more than 18 digits has a text, but not its own
    int128 least, greatest;         // digits that the column holds
  };

  static program link(const formula &expression, std::span<const step> references);
  template <typename number>
  bool compute_one(std::size_t metric, std::span<const decimal> inputs, std::span<outcome> results) const noexcept;

  std::vector<metric> ordered;
  std::vector<program> programs;
  std::vector<reference> needed;
  std::vector<std::size_t> first_users; // of the inputs: a metric's number
  std::size_t of_row = 0;
};

} // namespace upkeep::metrics
