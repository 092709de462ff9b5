#include "postgres/boundary.hpp"

#include <algorithm>
#include <cstring>
#include <exception>
#include <new>

namespace upkeep::pg {

namespace {

template <std::size_t size> void keep(char (&buffer)[size], std::string_view text) noexcept {
  const std::size_t length = std::min(text.size(), size - 1);
  std::memcpy(buffer, text.data(), length);
  buffer[length] = '\0';
}

// A text that filled its buffer may end within a character.
template <std::size_t size> const char *whole(char (&buffer)[size]) {
  const int length = static_cast<int>(std::strlen(buffer));
  buffer[pg_mbcliplen(buffer, length, length)] = '\0';
  return buffer;
}

} // namespace

void failure::take_current() noexcept {
  try {
    throw;
  } catch (const pending_error &) {
    is_pending = true;
  } catch (const fault &said) {
    take(said.sqlstate, said.message, said.detail, said.hint);
  } catch (const std::bad_alloc &) {
    take(sqlstate::out_of_memory, "out of memory");
  } catch (const std::exception &said) {
    take(sqlstate::internal_error, said.what());
  } catch (...) {
    take(sqlstate::internal_error, "unknown C++ exception");
  }
}

void failure::take(const char *sqlstate, std::string_view said, std::string_view more,
                   std::string_view advice) noexcept {
  keep(state, sqlstate);
  keep(message, said);
  keep(detail, more);
  keep(hint, advice);
}

void failure::raise() {
  if (is_pending)
    PG_RE_THROW();
  ereport(ERROR, (errcode(MAKE_SQLSTATE(state[0], state[1], state[2], state[3], state[4])),
                  errmsg_internal("%s", whole(message)), *detail ? errdetail_internal("%s", whole(detail)) : 0,
                  *hint ? errhint("%s", whole(hint)) : 0));
  pg_unreachable();
}

} // namespace upkeep::pg
