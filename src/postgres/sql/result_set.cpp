#include "postgres/sql/result_set.hpp"

#include <memory>
#include <vector>

namespace upkeep::pg {

void add_rows(const rows &found, const ReturnSetInfo &result) {
  const int columns = result.setDesc->natts;
  std::vector<Datum> values(static_cast<std::size_t>(columns));
  const auto nulls = std::make_unique<bool[]>(static_cast<std::size_t>(columns));
  for (std::uint64_t row = 0; row < found.count(); ++row) {
    for (int i = 0; i < columns; ++i)
      values[static_cast<std::size_t>(i)] = found.value(row, i + 1, nulls[static_cast<std::size_t>(i)]);
    call([&] { tuplestore_putvalues(result.setResult, result.setDesc, values.data(), nulls.get()); });
  }
}

} // namespace upkeep::pg
