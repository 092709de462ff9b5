// The statements that put rows back, change them back and take them away, many rows at once, as the caller and as
// nobody's triggers of ours would do it.
#pragma once

#include "features/history/back/foreign_keys.hpp"
#include "features/history/back/stored_row.hpp"

namespace upkeep::history {

// A row as a value of the table's row type; what the entry does not have, or does not tell, is NULL. `key` is
// for errors. Needs pinned settings.
Datum row_datum(const past_table &table, const stored_row &row, const char *key);
pg::parameter row_array(const past_table &table, const std::vector<Datum> &rows);

// Columns that the entry tells of; what is left out gets its default when the row is inserted.
std::vector<AttrNumber> known_columns(const past_table &table, const stored_row &row);

// Each returns how many rows were written. `rows` are arrays of rows; of those with the keys of the one, columns get
// what the other has.
std::uint64_t insert_rows(const past_table &table, const std::vector<AttrNumber> &columns, const pg::parameter &rows);
std::uint64_t update_rows(const past_table &table, const std::vector<AttrNumber> &columns, const pg::parameter &keys,
                          const pg::parameter &rows);
std::uint64_t delete_rows(const past_table &table, const pg::parameter &keys);

// Whether rows of a child refer to those with the keys, whoever may see them.
bool is_referred_to(const past_table &table, const foreign_key &by, const pg::parameter &keys);

// The rows with the keys, with the columns of columns_now; locked if the caller may update rows. They live as long as
// the SPI connection.
std::vector<HeapTuple> lock_rows(const past_table &table, const pg::parameter &keys);

} // namespace upkeep::history
