// Rows that were deleted long ago, with those below them: what a purge removes at once.
#pragma once

#include "features/soft_delete/foreign_keys.hpp"
#include "features/soft_delete/soft_column.hpp"
#include "postgres/sql/query.hpp"
#include "postgres/sql/saved_query.hpp"

#include <map>
#include <memory>
#include <set>
#include <tuple>

namespace upkeep::soft_delete {

// Where a row lies. It stays there, once it is locked, as long as nothing is deleted.
struct row_place {
  Oid table; // that holds it, perhaps a partition
  ItemPointerData at;
};

class doomed_rows {
public:
  // `before`: what was deleted later stays, a timestamptz.
  explicit doomed_rows(TimestampTz before) : before(before) {}

  // Locks those of the rows that are there still and that no row needs which stays, with all that is below them. Rows
  // of the query: primary keys.
  void add(Oid root, const pg::rows &keys, std::uint64_t first, std::uint64_t number);

  // Deletes them, children first. Throws 55000 where one is still there then.
  void purge();

  struct counts {
    std::uint64_t of_target = 0, of_others = 0, needed = 0;
  };
  counts count;

private:
  struct key_below;
  // A table of the family.
  struct member {
    Oid root, owner;
    std::optional<soft_column> column;
    std::size_t key_length;
    std::vector<std::string> columns; // the primary key, and what rows are found by below
    std::vector<FormData_pg_attribute> attributes;
    std::vector<key_below> keys;

    std::vector<std::string> key_columns() const { return {columns.begin(), columns.begin() + key_length}; }
    std::vector<FormData_pg_attribute> key_attributes() const {
      return {attributes.begin(), attributes.begin() + key_length};
    }
  };
  using row_key = std::vector<Datum>; // values of the primary key
  struct key_below {
    foreign_key key;
    std::vector<int> places; // in `columns`, from 0
    mutable std::unique_ptr<pg::saved_query> rows;
  };
  // A row with the values of its table's `columns`.
  struct row {
    row_place place;
    bool stays;
    std::vector<Datum> values;
    std::vector<bool> nulls;
  };
  using place_key = std::tuple<Oid, BlockNumber, OffsetNumber>;
  static place_key key_of(const row_place &place);
  struct doomed_row {
    const member *of;
    row_place place;
    row_key key;
  };
  // Those of one row of the target and all below it, with their heights above the lowest.
  struct subtree {
    std::map<place_key, int> heights;
    std::vector<doomed_row> rows;
  };
  // A row on the way down, and those below it that are looked at next.
  struct step {
    const member *of;
    row at;
    int height = 0;
    std::size_t next_key = 0;
    member *below_of = nullptr;
    std::vector<row> below{};
  };

  member &member_of(Oid root);
  std::vector<row> read(const member &of, pg::rows found) const;
  std::vector<row> rows_below(const key_below &key, const row &each);
  // Adds the row, once all below it are added; false where one of them stays.
  bool collect(member &of, row first, subtree &into);
  void doom(subtree all);
  // How high a table stands above those that refer to it, itself aside; nullopt where tables refer to each other in a
  // circle.
  std::optional<int> rank_of(const member &of, std::vector<const member *> &path) const;
  // What is deleted at once, in order.
  std::vector<std::pair<const member *, std::vector<row_key>>> in_order() const;
  // A statement on those of the rows with these keys that are deleted; how many there were.
  std::uint64_t run(const pg::fragment &rows, const member &of, const std::vector<row_key> &keys) const;

  TimestampTz before;
  Oid target = InvalidOid;
  std::map<Oid, std::unique_ptr<member>> members;
  std::map<place_key, int> known;                                       // doomed, with their heights
  std::set<place_key> staying;                                          // or above one that stays
  std::map<const member *, std::map<int, std::vector<row_key>>> doomed; // by table and height
};

} // namespace upkeep::soft_delete
