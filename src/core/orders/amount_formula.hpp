// What a line costs, or what a total is made of: an expression over columns, computed exactly and rounded once.
#pragma once

#include "core/metrics/metric_set.hpp"

#include <optional>
#include <string>

namespace upkeep::orders {

class amount_formula {
public:
  // `scale`: the decimals of the result; nullopt for as many as it needs, up to unbounded_scale. Throws what
  // parse_formula throws; 42601 for one with a target; 42703 for one that reads settings, which totals do not have.
  amount_formula(std::string_view text, std::optional<int> scale);

  const std::string &text() const { return written; }
  // The columns it reads, each once, with their positions in the text.
  const std::vector<metrics::reference> &inputs() const { return columns; }

  // The result in plain notation, nullopt for NULL; `inputs` as inputs() lists them. Throws 22003 for one that is
  // beyond any numeric.
  std::optional<std::string> compute(std::span<const decimal> inputs, const interrupt &stop) const;

  // Why it is NULL: "discount is NULL", the first of them, or that it divides by zero.
  std::string why_null(std::span<const decimal> inputs) const;

private:
  // Without the zeros that nobody asked for.
  std::string finished(std::string plain) const;

  std::string written;
  bool is_rounded;
  std::vector<metrics::reference> columns;
  metrics::metric_set set;
  std::vector<std::size_t> places; // where the set has each column
};

} // namespace upkeep::orders
