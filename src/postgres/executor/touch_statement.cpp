#include "postgres/executor/touch_statement.hpp"

#include <cstring>
#include <utility>

namespace upkeep::pg {

namespace {

const char *touch_text = nullptr;

} // namespace

touch_statement::touch_statement(const char *text) : outer(std::exchange(touch_text, text)) {}
touch_statement::~touch_statement() { touch_text = outer; }

bool touch_statement::is(const char *text) { return touch_text && std::strcmp(text, touch_text) == 0; }

} // namespace upkeep::pg
