// The order and the line of a refund, locked: the order first, then its line.
#pragma once

#include "features/orders/refunds/order_refunds.hpp"
#include "postgres/rows/keyed_rows.hpp"
#include "postgres/sql/saved_query.hpp"

namespace upkeep::orders {

// One row by its key, whose types are those of the columns of another table: by its index, or by a query.
class keyed_lock {
public:
  // `told`, over `alias`: what the query says of the row. `types`: of the columns that the keys are in.
  keyed_lock(Relation table, const std::string &alias, const std::vector<std::string> &keys, Relation from,
             const std::vector<std::string> &columns, const pg::fragment &told);

  // Locks it FOR NO KEY UPDATE, waiting for anyone who is changing it. `tell` says something of the row, which is what
  // the query says; nullopt where there is none. Needs an SPI connection.
  template <class Tell> std::optional<bool> take(std::span<const Datum> key, Tell &&tell) const {
    pg::keyed_rows rows;
    if (!pg::call([&] { return pg::open_keyed(by, true, rows); }))
      return take_by_query(key);
    const auto result = pg::call([&, of = key.data()] {
      return pg::find_by_key(rows, of) ? pg::lock_found_row(rows, of, LockTupleNoKeyExclusive)
                                       : pg::lookup_result::absent;
    });
    std::optional<bool> told;
    if (result == pg::lookup_result::found)
      told = tell(rows.row);
    pg::call([&] { pg::close_keyed(rows); });
    return result == pg::lookup_result::unclear ? take_by_query(key) : told;
  }

private:
  std::optional<bool> take_by_query(std::span<const Datum> key) const;

  pg::unique_key by; // without an index where none serves
  pg::saved_query query;
};

// Orders by what refunds say, and whether they are closed.
class order_locker {
public:
  order_locker(const order_refunds &of, Relation refunds, Relation orders);

  // Whether the order is closed; nullopt where there is none.
  std::optional<bool> take(std::span<const Datum> key) const;

private:
  bool is_locked(TupleTableSlot *order) const;

  keyed_lock lock;
  AttrNumber paid, status; // or InvalidAttrNumber
  Oid output = InvalidOid; // of the status
  bool is_padded = false;  // with blanks, which a text has not
  std::vector<std::string> statuses;
};

// Lines by what refunds say.
class line_locker {
public:
  line_locker(const order_refunds &of, Relation refunds, Relation lines);

  // Whether there is such a line.
  bool take(std::span<const Datum> key) const;

private:
  keyed_lock lock;
};

} // namespace upkeep::orders
