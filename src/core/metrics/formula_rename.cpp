#include "core/metrics/formula_rename.hpp"

#include "core/metrics/token_stream.hpp"

namespace upkeep::metrics {

namespace {

bool is_name(const token &word) { return word.kind == token_kind::name || word.kind == token_kind::quoted_name; }

} // namespace

std::string rename_in_formula(std::string_view formula, const std::string &from, const std::string &to,
                              bool of_settings) {
  std::string renamed;
  std::size_t copied = 0;
  token_stream words(formula);
  token word = words.next();
  while (word.kind != token_kind::end) {
    token following = words.next();
    const bool in_settings = is_name(word) && name_in(word) == "settings" && following.is('.');
    if (in_settings) {
      word = words.next();
      following = words.next();
    }
    const bool is_function = word.kind == token_kind::name && following.is('(');
    if (is_name(word) && !is_function && in_settings == of_settings && name_in(word) == from) {
      const auto at = static_cast<std::size_t>(word.text.data() - formula.data());
      renamed.append(formula, copied, at - copied).append(written_name(to));
      copied = at + word.text.size();
    }
    word = following;
  }
  return renamed.append(formula, copied);
}

} // namespace upkeep::metrics
