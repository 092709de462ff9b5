// Marks and seals of history: an input is a text that stands in an entry, and bytes that a seal lists. A document is
// read as it was stored, whatever it resembles; a list that is read is written again as it was.
#include "core/fault.hpp"
#include "core/history/seals.hpp"
#include "require.hpp"

#include <string_view>

using namespace upkeep;
using namespace upkeep::history;

namespace {

void read_stored(std::string_view text) {
  const std::string stored = stored_document(text);
  const marked_value read = read_mark(stored);
  REQUIRE(read.is == mark::none || read.is == mark::wrapped);
  REQUIRE(read.value == text);
  REQUIRE((read.is == mark::wrapped) == (stored != text));
}

void read_mark_itself(std::string_view text) {
  const marked_value read = read_mark(text);
  if (read.is == mark::digest)
    REQUIRE(digest_mark(read.digest) == text);
  if (read.is == mark::erased)
    REQUIRE(erased_mark(read.digest) == text);
  if (read.is == mark::none)
    REQUIRE(read.value == text);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char *>(data), size);
  if (const auto entries = unpacked(text))
    REQUIRE(packed(*entries) == text);
  try {
    read_mark_itself(text);
    read_stored(text);
  } catch (const fault &said) {
    // A text that jsonb cannot have written.
    REQUIRE(said.sqlstate == std::string_view("22P02"));
  }
  return 0;
}
