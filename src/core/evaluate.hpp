// How a metric's code is run, whatever its numbers are.
#pragma once

#include "core/formula.hpp"

#include <optional>
#include <span>
#include <utility>

namespace upkeep {

// Where a step finds its last operand.
enum class place : std::uint8_t { stack, input, constant, metric };

// An instruction with the value that it would find on top of the stack where that one stands elsewhere: it then need
// not be pushed. `opcode::input` pushes from any place.
struct step {
  opcode code;
  place from;
  std::int32_t operand; // the number in that place; the digits of round
};

template <typename number> struct nullable {
  number value;
  bool is_null;
};

template <typename number> [[gnu::always_inline]] inline bool calculate(opcode code, number &left, const number &right) {
  switch (code) {
  case opcode::add:
    return add(left, right);
  case opcode::subtract:
    return subtract(left, right);
  case opcode::multiply:
    return multiply(left, right);
  default:
    return divide(left, right);
  }
}

// Runs the steps, whose one value is the result, with a stack of as many values as the code says. `fetch(place,
// operand, nullable &)` reads a value and returns false where it cannot; `pause` is called before each step. The
// numbers have the functions of fractions. False where one of these fails.
template <typename number, typename reader, typename pauser>
[[gnu::always_inline]] inline bool evaluate(std::span<const step> steps, nullable<number> *stack, nullable<number> &result, reader &&fetch,
              pauser &&pause) {
  // The value on top is kept out of the stack, in registers; below the first one lies nothing of worth.
  nullable<number> top{{}, true}, right;
  for (const step &now : steps) {
    pause();
    switch (now.code) {
    case opcode::input:
      *stack++ = std::move(top);
      if (!fetch(now.from, now.operand, top))
        return false;
      continue;
    case opcode::negate:
      if (!top.is_null)
        negate(top.value);
      continue;
    case opcode::absolute:
      if (!top.is_null && is_negative(top.value))
        negate(top.value);
      continue;
    case opcode::round:
      if (!top.is_null && !round_to_decimals(top.value, now.operand))
        return false;
      continue;
    default:
      break;
    }

    if (now.from == place::stack) {
      right = std::move(top);
      top = std::move(*--stack);
    } else if (!fetch(now.from, now.operand, right))
      return false;
    const bool has_null = top.is_null || right.is_null;
    switch (now.code) {
    case opcode::coalesce:
      if (top.is_null)
        top = std::move(right);
      break;
    case opcode::nullif:
    case opcode::least:
    case opcode::greatest:
      if (!has_null) {
        const std::optional<int> order = compare(top.value, right.value);
        if (!order)
          return false;
        if (now.code == opcode::nullif)
          top.is_null = *order == 0;
        else if (now.code == opcode::least ? *order > 0 : *order < 0)
          top = std::move(right);
      } else if (top.is_null && now.code != opcode::nullif)
        top = std::move(right);
      break;
    default:
      top.is_null = has_null || (now.code == opcode::divide && is_zero(right.value));
      if (!top.is_null && !calculate(now.code, top.value, right.value))
        return false;
    }
  }
  result = std::move(top);
  return true;
}

} // namespace upkeep
