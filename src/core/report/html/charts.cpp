#include "core/report/html/charts.hpp"

#include "core/report/html/markup.hpp"
#include "core/text/characters.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace upkeep::report {

namespace {

// Of a plot, which stretches.
constexpr double width = 100, height = 40;
// In pixels: the plots, and the lines of text above and below them.
constexpr int plot_height = 60, month_height = 150, text_height = 16, text_base = 11;
// An axis takes no longer text: a narrow chart would not hold it; that of a month is as wide as the page.
constexpr int longest_text = 18, longest_in_month = 40;
// Bars of a bridge, in pixels.
constexpr int row_height = 40, bar_top = 9, bar_height = 22;
constexpr double min_width = 0.4;

template <class... Arguments>
void append(std::string &into, fmt::format_string<Arguments...> format, Arguments &&...arguments) {
  into += fmt::format(format, std::forward<Arguments>(arguments)...);
}

// Values from `low` to `high`, zero among them, on a length.
struct scale {
  double low = 0, high = 0;

  void take(double value) {
    low = std::min(low, value);
    high = std::max(high, value);
  }
  double operator()(double value, double length) const {
    return high > low ? (value - low) / (high - low) * length : 0;
  }
};

struct place {
  double x, y;
};

// The points between two gaps.
using run = std::vector<place>;

void write_run(const run &points, double zero, std::string &area, std::string &line) {
  append(area, "M{:.2f} {:.2f}", points.front().x, zero);
  const char *command = "M";
  for (const place &each : points) {
    append(area, "L{:.2f} {:.2f}", each.x, each.y);
    append(line, "{}{:.2f} {:.2f}", command, each.x, each.y);
    command = "L";
  }
  append(area, "L{:.2f} {:.2f}Z", points.back().x, zero);
  // A run of one point is drawn by the round caps of its line.
  if (points.size() == 1)
    line += "h0";
}

std::vector<run> runs_of(const std::vector<chart_point> &points, const scale &values) {
  std::vector<run> runs(1);
  const double step = points.size() > 1 ? width / static_cast<double>(points.size() - 1) : 0;
  for (std::size_t i = 0; i < points.size(); ++i)
    if (const auto value = points[i].value)
      runs.back().push_back({step * static_cast<double>(i), height - values(*value, height)});
    else if (!runs.back().empty())
      runs.emplace_back();
  if (runs.back().empty())
    runs.pop_back();
  return runs;
}

// What shows a point's label: a band of the chart.
void write_bands(const std::vector<chart_point> &points, std::string &into) {
  const double band = width / static_cast<double>(points.size());
  for (std::size_t i = 0; i < points.size(); ++i)
    append(into, R"(<rect class="band" x="{:.2f}" y="0" width="{:.2f}" height="{}"><title>{}</title></rect>)",
           band * static_cast<double>(i), band, height, html_escaped(points[i].label));
}

// A chart around the plot of `plot_height` pixels; `inside` is in the plot's own units.
std::string framed(std::string_view kind, int plot_height, const std::string &title, const std::string &inside,
                   const std::string &texts) {
  return fmt::format(R"(<svg class="{}" width="100%" height="{}" role="img" aria-label="{}">)"
                     R"(<svg y="{}" width="100%" height="{}" viewBox="0 0 {} {}" preserveAspectRatio="none" )"
                     R"(aria-hidden="true">{}</svg>{}</svg>)",
                     kind, plot_height + 2 * text_height, html_escaped(title), text_height, plot_height, width, height,
                     inside, texts);
}

// A value of the axis, at the left.
void write_text(double y, const std::string &text, int longest, std::string &into) {
  if (!text.empty() && count_characters(text) <= longest)
    append(into, R"(<text x="0" y="{:.0f}">{}</text>)", y, html_escaped(text));
}

// The ends of the axis, and zero where it is apart from both.
void write_axis(const scale &values, const std::string &highest, const std::string &lowest, std::string &into) {
  write_text(text_base, values.high > 0 ? highest : "0", longest_text, into);
  const double zero = text_height + plot_height - values(0, plot_height);
  write_text(text_height + plot_height + text_base, values.low < 0 ? lowest : "0", longest_text, into);
  if (values.low < 0 && zero > 2 * text_height && zero < plot_height)
    write_text(zero - 3, "0", longest_text, into);
}

std::string description(const std::string &title, const std::vector<chart_point> &points) {
  std::string text = title;
  const char *separator = ". ";
  for (const chart_point &each : points) {
    text += separator + each.label;
    separator = "; ";
  }
  return text;
}

} // namespace

std::string line_chart(const std::string &title, const std::vector<chart_point> &points,
                       const std::optional<chart_point> &usual) {
  scale values;
  std::string highest, lowest;
  const auto take = [&](const chart_point &each) {
    if (each.value.value_or(0) > values.high)
      highest = each.text;
    if (each.value.value_or(0) < values.low)
      lowest = each.text;
    values.take(each.value.value_or(0));
  };
  for (const chart_point &each : points)
    take(each);
  if (usual)
    take(*usual);

  const double zero = height - values(0, height);
  std::string area, line, plot, texts;
  for (const run &each : runs_of(points, values))
    write_run(each, zero, area, line);
  append(plot, R"(<path class="grid" d="M0 0H{}"/>)", width);
  append(plot, R"(<path class="area" d="{}"/><path class="zero" d="M0 {:.2f}H{}"/>)", area, zero, width);
  if (usual && usual->value)
    append(plot, R"(<path class="usual" d="M0 {:.2f}H{}"/>)", height - values(*usual->value, height), width);
  append(plot, R"(<path class="run" d="{}"/>)", line);
  if (!points.empty() && points.back().value)
    append(plot, R"(<path class="now" d="M{} {:.2f}h0"/>)", width, height - values(*points.back().value, height));
  write_bands(points, plot);
  write_axis(values, highest, lowest, texts);
  return framed("line", plot_height, description(title, points), plot, texts);
}

std::vector<std::string> bridge_bars(const bridge &shown) {
  scale values;
  for (const bridge_step &step : shown.steps) {
    values.take(step.from);
    values.take(step.to);
  }
  std::vector<std::string> bars;
  for (const bridge_step &step : shown.steps) {
    const bool is_first = bars.empty(), is_last = bars.size() + 1 == shown.steps.size();
    const char *kind = step.driver.empty() ? "total" : step.to < step.from ? "down" : "up";
    const double from = values(step.from, width), to = values(step.to, width);
    const double size = std::max(std::abs(to - from), min_width);
    std::string svg = fmt::format(R"(<svg class="bar" width="100%" height="{}" aria-hidden="true">)", row_height);
    append(svg, R"(<line class="zero" x1="{0:.2f}%" x2="{0:.2f}%" y1="0" y2="{1}"/>)", values(0, width), row_height);
    // The level at which the row above ended, and at which the one below begins.
    if (!is_first)
      append(svg, R"(<line class="link" x1="{0:.2f}%" x2="{0:.2f}%" y1="0" y2="{1}"/>)", is_last ? to : from, bar_top);
    if (!is_last)
      append(svg, R"(<line class="link" x1="{0:.2f}%" x2="{0:.2f}%" y1="{1}" y2="{2}"/>)", to, bar_top + bar_height,
             row_height);
    append(svg, R"(<rect class="{}" x="{:.2f}%" width="{:.2f}%" y="{}" height="{}" rx="3"/></svg>)", kind,
           std::min(std::min(from, to), width - size), size, bar_top, bar_height);
    bars.push_back(std::move(svg));
  }
  return bars;
}

std::string bridge_axis(const bridge &shown, const std::function<std::string(double)> &in_words) {
  scale values;
  for (const bridge_step &step : shown.steps) {
    values.take(step.from);
    values.take(step.to);
  }
  // Texts that would meet are left out: zero stays.
  constexpr double apart = 30;
  const double zero = values(0, width);
  std::string texts;
  const auto write = [&](double x, const std::string &text) {
    const char *anchor = x < apart ? "start" : x > width - apart ? "end" : "middle";
    if (count_characters(text) <= longest_text)
      append(texts, R"(<text x="{:.2f}%" y="{}" text-anchor="{}">{}</text>)", x, text_base, anchor, html_escaped(text));
  };
  write(zero, "0");
  if (zero < width - apart)
    write(width, in_words(values.high));
  if (zero > apart)
    write(0, in_words(values.low));
  return fmt::format(R"(<svg class="axis" width="100%" height="{}" aria-hidden="true">{}</svg>)", text_height, texts);
}

std::string month_chart(const std::string &title, const std::vector<chart_point> &days, std::size_t elapsed,
                        const chart_point &target) {
  scale values;
  std::string highest, lowest;
  for (const chart_point &each : days) {
    if (each.value.value_or(0) > values.high)
      highest = each.text;
    if (each.value.value_or(0) < values.low)
      lowest = each.text;
    values.take(each.value.value_or(0));
  }
  const double goal = target.value.value_or(0);
  if (goal >= values.high)
    highest.clear();
  values.take(goal);

  const auto y = [&](double value) { return height - values(value, height); };
  run past{{0, y(0)}};
  std::string to_come;
  for (std::size_t i = 0; i < days.size(); ++i) {
    if (!days[i].value)
      continue;
    const place at{width * static_cast<double>(i + 1) / static_cast<double>(days.size()), y(*days[i].value)};
    if (i < elapsed)
      past.push_back(at);
    else
      append(to_come, "L{:.2f} {:.2f}", at.x, at.y);
  }
  std::string area, line, plot, texts;
  write_run(past, y(0), area, line);
  append(plot, R"(<path class="grid" d="M0 0H{}"/>)", width);
  append(plot, R"(<path class="area" d="{}"/><path class="zero" d="M0 {:.2f}H{}"/>)", area, y(0), width);
  append(plot, R"(<path class="target" d="M0 {:.2f}H{}"/>)", y(goal), width);
  append(plot, R"(<path class="to-come" d="M{:.2f} {:.2f}{}"/>)", past.back().x, past.back().y, to_come);
  append(plot, R"(<path class="run" d="{}"/><path class="now" d="M{:.2f} {:.2f}h0"/>)", line, past.back().x,
         past.back().y);
  write_bands(days, plot);
  write_text(text_base, highest, longest_in_month, texts);
  write_text(text_height + month_height - values(goal, month_height) - 5, target.text, longest_in_month, texts);
  write_text(text_height + month_height + text_base, values.low < 0 ? lowest : "0", longest_in_month, texts);
  return framed("line month", month_height, title, plot, texts);
}

} // namespace upkeep::report
