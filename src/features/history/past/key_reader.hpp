// Keys as entries have them, read as the columns of the key are now.
#pragma once

#include "features/history/past/past_table.hpp"

namespace upkeep::history {

struct read_key {
  bool is_readable = true;
  bool is_written_so = true; // the types that the columns have now would write it so
  bool is_same = true;       // it is the row's key, by the equality of the types
};

// Compares keys of entries with the key of a row. Needs an SPI connection.
class key_reader {
public:
  // Both stay the caller's.
  key_reader(const past_table &table, const std::vector<Datum> &key);

  // Needs pinned settings.
  read_key read(const char *text) const;

private:
  AttrNumber column_of(const pg::jsonb_field &field) const;

  const past_table &table;
  const std::vector<Datum> &key;
  past_names names, names_first; // now, and at the beginning
};

} // namespace upkeep::history
