// Bytes that may be the days of a shop: refused, or read and written again as they were.
#include "core/diagnostics/facts/facts.hpp"
#include "require.hpp"

#include <memory>
#include <vector>

using namespace upkeep;
using namespace upkeep::diagnostics;

namespace {

using rooms = std::vector<std::vector<std::int64_t>>;

std::int64_t *more(void *context) { return static_cast<rooms *>(context)->emplace_back(days_kept).data(); }

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char *>(data), size);
  rooms made;
  const auto days = std::make_unique<shop_days>(), again = std::make_unique<shop_days>();
  if (!deserialise(bytes, *days, more, &made))
    return 0;
  const std::string written = serialise(*days);
  REQUIRE(deserialise(written, *again, more, &made));
  REQUIRE(serialise(*again) == written);
  return 0;
}
