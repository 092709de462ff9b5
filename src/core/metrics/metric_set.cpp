#include "core/metrics/metric_set.hpp"

#include "core/fault.hpp"
#include "core/metrics/formula_message.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <unordered_map>

namespace upkeep::metrics {

namespace {

using numbers_of_names = std::unordered_map<std::string, std::size_t>;

std::vector<formula> parse_all(std::span<const std::string> texts, numbers_of_names &targets) {
  std::vector<formula> formulas;
  for (const std::string &text : texts) {
    formulas.push_back(parse_formula(text));
    const std::string &target = formulas.back().target;
    if (target.empty())
      throw fault{.sqlstate = sqlstate::syntax_error,
                  .message = at_position("no column for the result", text, 1),
                  .hint = "Write the column in front: column = expression."};
    if (!targets.emplace(target, formulas.size() - 1).second)
      throw fault{.sqlstate = sqlstate::duplicate_object,
                  .message = fmt::format("column \"{}\" has more than one formula", target),
                  .hint = "Keep one of the formulas."};
  }
  return formulas;
}

// The formula that a reference means, or nullptr where it means a column that is read.
const std::size_t *target_of(const reference &name, const numbers_of_names &targets) {
  const auto found = targets.find(name.name);
  return name.of_settings || found == targets.end() ? nullptr : &found->second;
}

// A formula under way, and the number of its reference that comes next.
struct visit {
  std::size_t number;
  std::size_t next;
};

[[noreturn]] void refuse_cycle(const std::vector<formula> &formulas, const std::vector<visit> &path,
                               std::size_t again) {
  std::string names;
  for (auto at = std::find_if(path.begin(), path.end(), [&](const visit &open) { return open.number == again; });
       at != path.end(); ++at)
    names += fmt::format("\"{}\" -> ", formulas[at->number].target);
  throw fault{.sqlstate = sqlstate::invalid_object_definition,
              .message = fmt::format("metrics use one another in a cycle: {}\"{}\"", names, formulas[again].target),
              .hint = "Write one of them with columns that are not metrics of the set."};
}

// The order of computing: as given, save that what a formula uses comes before it. Depth first, with a stack of its
// own, since a chain may be long.
std::vector<std::size_t> order(const std::vector<formula> &formulas, const numbers_of_names &targets) {
  enum class state : std::uint8_t { unseen, open, done };
  std::vector<state> states(formulas.size(), state::unseen);
  std::vector<std::size_t> sequence;
  std::vector<visit> path;
  for (std::size_t root = 0; root < formulas.size(); ++root) {
    if (states[root] == state::unseen)
      path.push_back({root, 0});
    while (!path.empty()) {
      visit &now = path.back();
      states[now.number] = state::open;
      if (now.next == formulas[now.number].references.size()) {
        states[now.number] = state::done;
        sequence.push_back(now.number);
        path.pop_back();
        continue;
      }
      const std::size_t *used = target_of(formulas[now.number].references[now.next++], targets);
      if (used && states[*used] == state::open)
        refuse_cycle(formulas, path, *used);
      if (used && states[*used] == state::unseen)
        path.push_back({*used, 0});
    }
  }
  return sequence;
}

bool takes_two(opcode code) {
  switch (code) {
  case opcode::input:
  case opcode::constant:
  case opcode::negate:
  case opcode::absolute:
  case opcode::round:
    return false;
  default:
    return true;
  }
}

// The greatest digits that a column holds; its least are as far from zero, or one further for an integer column.
int128 greatest_of(const number_type &column) {
  constexpr auto unlimited = static_cast<int128>(~uint128{0} >> 1);
  if (column.type != number_type::numeric)
    return column.greatest_integer();
  return column.is_bounded && column.precision <= max_power ? power_of_ten(column.precision) - 1 : unlimited;
}

} // namespace

metric_set::metric_set(std::span<const std::string> formulas) {
  numbers_of_names targets;
  std::vector<formula> parsed = parse_all(formulas, targets);
  for (const std::size_t number : order(parsed, targets)) {
    targets[parsed[number].target] = ordered.size();
    ordered.push_back({std::move(parsed[number]), {}});
  }

  // The row's columns first, then those of the settings.
  numbers_of_names numbers[2];
  for (const bool of_settings : {false, true}) {
    for (std::size_t user = 0; user < ordered.size(); ++user)
      for (const reference &name : ordered[user].expression.references)
        if (name.of_settings == of_settings && !target_of(name, targets) &&
            numbers[of_settings].emplace(name.name, needed.size()).second) {
          needed.push_back(name);
          first_users.push_back(user);
        }
    if (!of_settings)
      of_row = needed.size();
  }

  for (const metric &each : ordered) {
    std::vector<step> found;
    for (const reference &name : each.expression.references)
      if (const std::size_t *used = target_of(name, targets))
        found.push_back({opcode::input, place::metric, static_cast<std::int32_t>(*used)});
      else
        found.push_back(
            {opcode::input, place::input, static_cast<std::int32_t>(numbers[name.of_settings].at(name.name))});
    programs.push_back(link(each.expression, found));
    set_column(programs.size() - 1, each.column);
  }
}

metric_set::program metric_set::link(const formula &expression, std::span<const step> references) {
  program linked;
  for (const instruction &now : expression.code) {
    const auto operand = static_cast<std::size_t>(now.operand);
    if (now.code == opcode::input)
      linked.steps.push_back(references[operand]);
    else if (now.code == opcode::constant)
      linked.steps.push_back({opcode::input, place::constant, now.operand});
    else if (takes_two(now.code) && linked.steps.back().code == opcode::input)
      linked.steps.back().code = now.code;
    else
      linked.steps.push_back({now.code, takes_two(now.code) ? place::stack : place::top, now.operand});
  }
  for (const std::string &constant : expression.constants) {
    decimal number = decimal_from(constant.c_str());
    // The set may be copied, the text would not be.
    if (number.text)
      number.text = "";
    linked.constants.push_back(number);
  }
  return linked;
}

void metric_set::set_column(std::size_t metric, const number_type &column) {
  ordered[metric].column = column;
  programs[metric].greatest = greatest_of(column);
  programs[metric].least = -programs[metric].greatest - (column.type != number_type::numeric);
}

const std::string &metric_set::formula_using(std::size_t input) const {
  return ordered[first_users[input]].expression.text;
}

std::vector<std::size_t> metric_set::inputs_of(std::size_t metric) const {
  std::vector<bool> is_used(needed.size()), is_reached(ordered.size());
  std::vector<std::size_t> to_visit{metric};
  is_reached[metric] = true;
  while (!to_visit.empty()) {
    const std::size_t visited = to_visit.back();
    to_visit.pop_back();
    for (const step &now : programs[visited].steps) {
      const auto operand = static_cast<std::size_t>(now.operand);
      if (now.from == place::input)
        is_used[operand] = true;
      else if (now.from == place::metric && !is_reached[operand]) {
        is_reached[operand] = true;
        to_visit.push_back(operand);
      }
    }
  }
  std::vector<std::size_t> inputs;
  for (std::size_t input = 0; input < is_used.size(); ++input)
    if (is_used[input])
      inputs.push_back(input);
  return inputs;
}

template <typename number>
[[gnu::always_inline]] inline bool metric_set::compute_one(std::size_t metric, std::span<const decimal> inputs,
                                                           std::span<outcome> results) const noexcept {
  const program &code = programs[metric];
  const auto fetch = [&](const step &now, nullable<number> &into) {
    const auto at = static_cast<std::size_t>(now.operand);
    if (now.from == place::metric) {
      const outcome &result = results[at];
      into.is_null = result.kind != outcome_kind::value;
      return into.is_null || scaled(result.digits, result.scale, into.value);
    }
    const decimal &found = now.from == place::input ? inputs[at] : code.constants[at];
    into.is_null = found.is_null;
    into.value = {found.digits, static_cast<decltype(into.value.denominator)>(power_of_ten(found.scale))};
    return !found.text;
  };
  nullable<number> stack[max_depth], value;
  if (!evaluate(std::span(code.steps), stack, value, fetch, [] {}))
    return false;

  const number_type &column = ordered[metric].column;
  results[metric] = {0, column.scale, outcome_kind::null};
  if (value.is_null)
    return true;
  const auto rounded = round_to_scale(value.value, column.scale);
  if (!rounded)
    return false;
  results[metric].digits = *rounded;
  results[metric].kind =
      *rounded <= code.greatest && *rounded >= code.least ? outcome_kind::value : outcome_kind::too_large;
  return true;
}

bool metric_set::compute(std::span<const decimal> inputs, std::span<outcome> results,
                         const figure_judge *judge) const noexcept {
  for (std::size_t metric = 0; metric < ordered.size(); ++metric) {
    if (!compute_one<short_fraction>(metric, inputs, results) && !compute_one<fraction>(metric, inputs, results))
      return false;
    if (!judge || results[metric].kind != outcome_kind::value) [[likely]]
      continue;
    const figure_verdict said = judge->judge(judge->self, metric, results[metric]);
    if (said == figure_verdict::unknown)
      return false;
    if (said == figure_verdict::refuses)
      results[metric].kind = outcome_kind::refused;
  }
  return true;
}

} // namespace upkeep::metrics
