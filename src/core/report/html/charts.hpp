// Charts as inline SVG that stretches with its place, with the values of its axes as text that does not stretch.
#pragma once

#include "core/report/bridge.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace upkeep::report {

struct chart_point {
  std::optional<double> value; // a gap where there is none
  std::string label;           // "9 Nov 2026: €12.34", shown on hovering
  std::string text;            // "€12.34", on the axis
};

// Values over time, from zero, the last one marked; `usual` is a dashed line. Told to who does not see it by `title`
// and the points' labels.
std::string line_chart(const std::string &title, const std::vector<chart_point> &points,
                       const std::optional<chart_point> &usual);

// The bars of a bridge, one for each step, that stand one below the other, and the axis below them.
std::vector<std::string> bridge_bars(const bridge &shown);
std::string bridge_axis(const bridge &shown, const std::function<std::string(double)> &in_words);

// A month from zero to its end: a line as far as the days have elapsed, dashed from there on, and the target across it.
// Told to who does not see it by `title`.
std::string month_chart(const std::string &title, const std::vector<chart_point> &days, std::size_t elapsed,
                        const chart_point &target);

} // namespace upkeep::report
