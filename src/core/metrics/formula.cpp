#include "core/metrics/formula.hpp"

#include "core/fault.hpp"
#include "core/metrics/formula_message.hpp"
#include "core/metrics/token_stream.hpp"
#include "core/numeric/decimal.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <unordered_map>

namespace upkeep::metrics {

namespace {

constexpr int max_round_digits = 1000;

struct function_rule {
  std::string_view name;
  opcode code;
  int min_arguments;
  int max_arguments; // 0: any number
};

constexpr std::array<function_rule, 6> functions{{{"round", opcode::round, 1, 2},
                                                  {"abs", opcode::absolute, 1, 1},
                                                  {"coalesce", opcode::coalesce, 1, 0},
                                                  {"nullif", opcode::nullif, 2, 2},
                                                  {"least", opcode::least, 1, 0},
                                                  {"greatest", opcode::greatest, 1, 0}}};

std::string function_names() {
  std::string names;
  for (const function_rule &function : functions)
    names += fmt::format("{}{}", names.empty() ? "" : ", ", function.name);
  return names;
}

// Recursive descent, a function for each level of precedence, that writes the postfix code as it goes.
class parser {
public:
  explicit parser(std::string_view text) : words(text), current(words.next()) { result.text = text; }

  formula parse() {
    parse_target();
    parse_sum();
    if (current.kind != token_kind::end)
      unexpected();
    return std::move(result);
  }

private:
  void advance() { current = words.next(); }

  bool accept(char symbol) {
    const bool is_there = current.is(symbol);
    if (is_there)
      advance();
    return is_there;
  }

  void expect(char symbol) {
    if (!accept(symbol))
      unexpected();
  }

  [[noreturn]] void refuse(const char *sqlstate, const std::string &what, int position, const std::string &hint) {
    throw fault{.sqlstate = sqlstate, .message = at_position(what, result.text, position), .hint = hint};
  }

  [[noreturn]] void unexpected() {
    refuse(sqlstate::syntax_error,
           current.kind == token_kind::end
               ? "syntax error at end of input"
               : fmt::format("syntax error at or near {}", quoted_for_message(current.text)),
           current.position,
           fmt::format("A formula is column = expression, the expression made of numbers, columns, settings.column, "
                       "+ - * /, parentheses and the functions {}.",
                       function_names()));
  }

  [[noreturn]] void too_complex(const std::string &what) {
    refuse(sqlstate::statement_too_complex, what, current.position,
           "Split the formula: a metric can use another metric of its set.");
  }

  // `pushed`: by how much the stack grows.
  void emit(opcode code, int operand, int pushed) {
    height += pushed;
    if (height > max_depth)
      too_complex("formula keeps too many values at once");
    result.depth = std::max(result.depth, height);
    result.code.push_back({code, operand});
  }

  // `name =` in front, which is not known to be one before the "=".
  void parse_target() {
    if (current.kind != token_kind::name && current.kind != token_kind::quoted_name)
      return;
    token_stream ahead = words;
    if (!ahead.next().is('='))
      return;
    result.target = name_in(current);
    advance();
    advance();
  }

  void parse_sum() {
    parse_product();
    for (;;)
      if (accept('+')) {
        parse_product();
        emit(opcode::add, 0, -1);
      } else if (accept('-')) {
        parse_product();
        emit(opcode::subtract, 0, -1);
      } else
        return;
  }

  void parse_product() {
    parse_signed();
    for (;;)
      if (accept('*')) {
        parse_signed();
        emit(opcode::multiply, 0, -1);
      } else if (accept('/')) {
        parse_signed();
        emit(opcode::divide, 0, -1);
      } else
        return;
  }

  void parse_signed() {
    bool negative = false;
    while (accept('-'))
      negative = !negative;
    parse_operand();
    if (negative)
      emit(opcode::negate, 0, 0);
  }

  void parse_operand() {
    if (current.kind == token_kind::number)
      parse_number();
    else if (current.kind == token_kind::name || current.kind == token_kind::quoted_name)
      parse_name();
    else {
      open();
      parse_sum();
      close();
    }
  }

  void open() {
    if (current.is('(') && ++nesting > max_nesting)
      too_complex("formula is nested too deeply");
    expect('(');
  }

  void close() {
    expect(')');
    --nesting;
  }

  void parse_number() {
    std::optional<std::string> plain = plain_notation(current.text);
    if (!plain)
      refuse(sqlstate::numeric_value_out_of_range,
             fmt::format("number {} is out of range", quoted_for_message(current.text)), current.position,
             "A numeric has at most 131072 digits before the point and 16383 behind it.");
    constant_bytes += plain->size();
    if (constant_bytes > max_constant_bytes)
      too_complex("formula has too many long numbers");
    emit(opcode::constant, static_cast<int>(result.constants.size()), 1);
    result.constants.push_back(std::move(*plain));
    advance();
  }

  void parse_name() {
    const token name = current;
    std::string meant = name_in(name);
    advance();
    if (name.kind == token_kind::name && current.is('('))
      parse_call(name, meant);
    else if (meant == "settings" && accept('.')) {
      if (current.kind != token_kind::name && current.kind != token_kind::quoted_name)
        unexpected();
      refer(name_in(current), true, name.position);
      advance();
    } else
      refer(std::move(meant), false, name.position);
  }

  void refer(std::string name, bool of_settings, int position) {
    const auto [known, is_new] =
        numbers.try_emplace((of_settings ? "settings." : ".") + name, static_cast<int>(result.references.size()));
    if (is_new)
      result.references.push_back({std::move(name), of_settings, position});
    emit(opcode::input, known->second, 1);
  }

  void parse_call(const token &name, const std::string &meant) {
    const auto function =
        std::find_if(functions.begin(), functions.end(), [&](const function_rule &rule) { return rule.name == meant; });
    if (function == functions.end())
      refuse(sqlstate::undefined_column, fmt::format("function {} does not exist", quoted_for_message(meant)),
             name.position, fmt::format("The functions are: {}.", function_names()));
    open();
    int arguments = 0, digits = 0;
    if (!current.is(')'))
      do {
        if (function->code == opcode::round && arguments == 1)
          digits = parse_round_digits();
        else
          parse_sum();
        // Functions of any number of arguments are folded from the left.
        if (++arguments > 1 && function->max_arguments == 0)
          emit(function->code, 0, -1);
        if (function->max_arguments != 0 && arguments > function->max_arguments)
          wrong_number_of_arguments(*function, name);
      } while (accept(','));
    if (current.is(')') && arguments < function->min_arguments)
      wrong_number_of_arguments(*function, name);
    close();
    if (function->max_arguments != 0)
      emit(function->code, digits, function->code == opcode::nullif ? -1 : 0);
  }

  [[noreturn]] void wrong_number_of_arguments(const function_rule &function, const token &name) {
    refuse(sqlstate::syntax_error, fmt::format("wrong number of arguments of function \"{}\"", function.name),
           name.position,
           function.name == "round"
               ? "It is written round(x) or round(x, digits)."
               : fmt::format("It takes {}{}.", function.min_arguments, function.max_arguments == 0 ? " or more" : ""));
  }

  int parse_round_digits() {
    const int position = current.position;
    const bool negative = accept('-');
    if (current.kind != token_kind::number || current.text.find_first_not_of("0123456789") != std::string_view::npos)
      refuse(sqlstate::syntax_error, "digits of round() are not an integer", position,
             "Write the number of digits itself, as in round(x, 2) or round(x, -3).");
    int digits = 0;
    for (const char digit : current.text)
      digits = std::min(max_round_digits + 1, digits * 10 + (digit - '0'));
    if (digits > max_round_digits)
      refuse(sqlstate::invalid_parameter_value, "digits of round() are out of range", position,
             fmt::format("Round to between -{0} and {0} digits.", max_round_digits));
    advance();
    return negative ? -digits : digits;
  }

  formula result{};
  token_stream words;
  token current;
  int nesting = 0, height = 0;
  std::size_t constant_bytes = 0;
  std::unordered_map<std::string, int> numbers; // of the references
};

} // namespace

formula parse_formula(std::string_view text) {
  if (text.size() > max_formula_bytes)
    throw fault{.sqlstate = sqlstate::statement_too_complex,
                .message = at_position(fmt::format("formula is longer than {} bytes", max_formula_bytes),
                                       std::string(text.substr(0, max_formula_bytes)), 1),
                .hint = "Split the formula: a metric can use another metric of its set."};
  return parser(text).parse();
}

} // namespace upkeep::metrics
