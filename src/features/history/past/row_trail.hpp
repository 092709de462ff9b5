// The entries of one row, the newest first, under whatever key it had, whatever the columns of the key were called, and
// whether they were numbers or texts.
#pragma once

#include "features/history/past/given_key.hpp"

#include <functional>

namespace upkeep::history {

class row_trail {
public:
  // From the row that has the key now, or had it last.
  row_trail(const past_table &table, const given_key &key, bool is_read_only);

  // Calls `with` for each entry until it returns false. The reader is for what few ask for.
  void follow(const std::function<bool(const past_entry &, const entry_cursor &)> &with);

private:
  struct key_part {
    AttrNumber column;
    std::string name, value; // at the time; the value as JSON text
  };
  struct rename {
    std::int64_t id;
    std::string before, after;
  };

  void read_renames();
  static std::string text_of(const std::vector<key_part> &key);
  bool take_key_before(const past_entry &entry);
  bool take_key_of_another_type(std::int64_t from, std::int64_t bound);

  const past_table &table;
  bool is_read_only;
  std::vector<key_part> key;
  std::vector<rename> renames; // of columns, the newest first
};

} // namespace upkeep::history
