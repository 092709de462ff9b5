// first_difference against std::mismatch: the first byte of the input cuts the rest into two strings.
#include "core/text/bytes.hpp"
#include "require.hpp"

#include <algorithm>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  if (size == 0)
    return 0;
  const auto *text = reinterpret_cast<const char *>(data) + 1;
  const std::size_t cut = std::min<std::size_t>(data[0], size - 1);
  const char *a = text, *b = text + cut;
  const std::size_t length = std::min(cut, size - 1 - cut);
  const std::size_t expected = std::mismatch(a, a + length, b).first - a;
  REQUIRE(upkeep::first_difference(a, b, length) == expected);
  return 0;
}
