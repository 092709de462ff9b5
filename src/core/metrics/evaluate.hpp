// How a metric's code is run, whatever its numbers are.
#pragma once

#include "core/metrics/formula.hpp"

#include <optional>
#include <span>
#include <utility>

namespace upkeep::metrics {

// Where a step finds its last operand.
enum class place : std::uint8_t { top, stack, input, constant, metric };

// An instruction with the place of its last operand: `top` for what takes one, `stack` for what takes two from the
// stack. A value from elsewhere need not be pushed before it is used; `opcode::input` pushes from any place.
struct step {
  opcode code;
  place from;
  std::int32_t operand; // the number in that place; the digits of round
};

template <typename number> struct nullable {
  number value;
  bool is_null;
};

// Runs the steps, of which the first pushes a value and the last leaves one, with a stack of as many values as the code
// says. `fetch(step, nullable &)` reads an operand from elsewhere and returns false where it cannot; `pause` is called
// before each step. The numbers have the functions of fractions. False where one of these fails.
template <typename number, typename reader, typename pauser>
[[gnu::always_inline]] inline bool evaluate(std::span<const step> steps, nullable<number> *stack,
                                            nullable<number> &result, const reader &fetch, const pauser &pause) {
  // The value on top is not on the stack but in registers.
  nullable<number> top{}, right{};
  if (!fetch(steps[0], top))
    return false;
  for (const step &now : steps.subspan(1)) {
    pause();
    if (now.from == place::stack) {
      right = std::move(top);
      top = std::move(*--stack);
    } else if (now.from != place::top && !fetch(now, right))
      return false;
    const bool is_null = top.is_null || right.is_null;
    bool fits = true;
    switch (now.code) {
    case opcode::input:
      *stack++ = std::move(top);
      top = std::move(right);
      break;
    case opcode::add:
      top.is_null = is_null;
      fits = is_null || add(top.value, right.value);
      break;
    case opcode::subtract:
      top.is_null = is_null;
      fits = is_null || subtract(top.value, right.value);
      break;
    case opcode::multiply:
      top.is_null = is_null;
      fits = is_null || multiply(top.value, right.value);
      break;
    case opcode::divide:
      top.is_null = is_null || is_zero(right.value);
      fits = top.is_null || divide(top.value, right.value);
      break;
    case opcode::negate:
      fits = top.is_null || negate(top.value);
      break;
    case opcode::absolute:
      fits = top.is_null || !is_negative(top.value) || negate(top.value);
      break;
    case opcode::round:
      fits = top.is_null || round_to_decimals(top.value, now.operand);
      break;
    case opcode::coalesce:
      if (top.is_null)
        top = std::move(right);
      break;
    default: {
      const std::optional<int> order = is_null ? 0 : compare(top.value, right.value);
      fits = order.has_value();
      if (now.code == opcode::nullif)
        top.is_null = top.is_null || (!is_null && order == 0);
      else if (top.is_null || (!is_null && (now.code == opcode::least ? order > 0 : order < 0)))
        top = std::move(right);
    }
    }
    if (!fits)
      return false;
  }
  result = std::move(top);
  return true;
}

} // namespace upkeep::metrics
