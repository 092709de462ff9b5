// One formula, `column = expression`, parsed and compiled. The expression: numbers, columns (double quotes where SQL
// needs them), settings.column, + - * /, parentheses, unary minus, round(x[, digits]), abs, coalesce, nullif, least,
// greatest.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace upkeep::metrics {

// Postfix code over a stack of values.
enum class opcode : std::uint8_t {
  input,    // push references[operand]
  constant, // push constants[operand]
  add,
  subtract,
  multiply,
  divide, // by zero: NULL
  negate,
  absolute,
  round,    // to `operand` decimals, half away from zero
  coalesce, // of two
  nullif,
  least, // of two; ignores NULL
  greatest
};

struct instruction {
  opcode code;
  std::int32_t operand;
};

// A name in a formula, in the case SQL gives it.
struct reference {
  std::string name;
  bool of_settings;
  int position; // of its first use: the character's number, from 1
};

struct formula {
  std::string text;   // as it was written
  std::string target; // the column, or "" where the text is an expression alone
  std::vector<instruction> code;
  std::vector<std::string> constants; // in plain notation
  std::vector<reference> references;  // each once
  int depth;                          // of the stack
};

// The bounds: a formula's bytes, those of its constants in plain notation ("1e131071" is short and long), the levels of
// its nesting, and the stack's depth.
inline constexpr std::size_t max_formula_bytes = 16384;
inline constexpr std::size_t max_constant_bytes = 1048576;
inline constexpr int max_nesting = 100;
inline constexpr int max_depth = 256;

// Throws 42601 for what is no formula, 42703 for a function that is not there, 22003 for a number no numeric can be,
// 22023 for digits of round() outside -1000 to 1000, 54001 beyond the bounds; each message quotes the formula and names
// the position.
formula parse_formula(std::string_view text);

} // namespace upkeep::metrics
