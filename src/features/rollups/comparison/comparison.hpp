// Figures as they are beside what they should be, as SQL: rows t of the target, and what the source of each rollup says
// as a table e1, e2, ... of the SPI connection. Under pinned settings.
#pragma once

#include "features/rollups/target_keys.hpp"

#include <optional>
#include <span>

namespace upkeep::rollups {

// A column, and the figures of rollups that it is the total of: one, or several counts and sums.
struct compared_figure {
  struct part {
    std::size_t rollup, figure;
  };
  const figure *of;
  std::vector<part> parts;
};

class comparison {
public:
  // `all`: every rollup into a target, which they outlive. Looks at the figures that the chosen ones feed, each in
  // total.
  comparison(std::span<const rollup> all, std::vector<std::size_t> chosen);

  std::span<const rollup> rollups() const { return all; }
  // Those that feed what is looked at: their groups must be there.
  const std::vector<std::size_t> &involved() const { return needed; }
  const std::vector<compared_figure> &figures() const { return compared; }
  // The name under which the groups of a rollup must be there, as all_groups returns them.
  static std::string groups_name(std::size_t rollup);

  // key jsonb, metric name, stored and expected text: a row for each figure that is wrong, in the order of keys.
  pg::fragment wrong_figures() const;
  // k1, ..., is_missing: the groups of a chosen rollup whose rows are wrong, in the order of keys; then those that have
  // no row and should have one.
  pg::fragment wrong_groups(std::size_t rollup) const;
  // ctid and tableoid as at and part; key, a text; replaced, how many figures were there and wrong; v1, ...: what
  // compared figures should be. Of those rows whose keys of a rollup stand in the arrays $1, ... and which are wrong.
  pg::fragment wrong_rows(std::size_t rollup, matching nulls) const;
  // k1, ..., key, and the v1, ... that rollups with the same keys feed: of the groups of a rollup that have no row.
  pg::fragment missing_rows(std::size_t rollup) const;

  // Whether a rollup with those keys feeds the figure.
  bool is_fed_by(const compared_figure &of, const rollup &keyed_as) const;

private:
  bool is_chosen(std::size_t rollup) const;
  pg::fragment joins(const char *alias, const rollup *keyed_as) const;
  pg::fragment total(const compared_figure &of, const rollup *keyed_as) const;
  pg::fragment differs(const compared_figure &of) const;
  pg::fragment any_differs() const;
  pg::fragment wrong_stored() const;
  pg::fragment wrong_missing(std::size_t rollup) const;

  std::span<const rollup> all;
  std::vector<std::size_t> chosen, needed;
  std::vector<compared_figure> compared;
};

} // namespace upkeep::rollups
