// Orders and their lines: how the lines of an order are found, and the triggers that one feature has on both tables.
#pragma once

#include "core/options/feature_rule.hpp"
#include "core/options/option_list.hpp"
#include "postgres/as_user.hpp"
#include "postgres/relation.hpp"
#include "postgres/rows/key_match.hpp"
#include "postgres/sql/parameter.hpp"

namespace upkeep::orders {

// The tenant's column, if there is one, and the key after it: what every lookup of an order feature carries.
std::vector<std::string> with_tenant(const std::optional<std::string> &tenant, const std::string &key);

// How the lines of an order are found. What is asked for runs as the orders' owner.
struct order_link {
  Oid orders, lines;
  Oid owner, lines_owner;
  pg::fragment orders_name, lines_name; // qualified
  std::vector<std::string> keys;        // of the orders, the tenant's before it
  std::vector<std::string> columns;     // of the lines, one for each key

  // Of the orders' alias o: the keys as a list, as the text that names an order in messages, and as the text that
  // upkeep.correct_order takes: with a tenant a JSON array, [7, 42].
  pg::fragment key_list() const;
  pg::fragment key_text() const;
  pg::fragment key_argument() const;

  // Runs `body` as the owner of the orders. 42501 unless the owner of each table has the rights of the other's.
  template <class F> void as_owner(int restrictions, F &&body) const {
    pg::require_role_of(lines_owner, orders, owner);
    pg::require_role_of(owner, lines, lines_owner);
    pg::as_user(owner, SECURITY_NOFORCE_RLS | restrictions, body);
  }
};

// Throws 42703 for a column that is not there, 42804 for keys that cannot be compared.
order_link resolve_link(const option_list &options, Relation orders, Relation lines, const char *enable);

// Throws 42703 for a column that is not there, 42804 unless the key of one table can be compared with the column of the
// other.
void require_comparable(Relation orders, const std::string &key, Relation lines, const std::string &column,
                        const char *enable);

// How the orders with the keys of many lines are found: the arrays are those of a key_set on the lines.
pg::key_match match_orders(const order_link &link, Relation orders, Relation lines, const char *enable);
// The condition that the rows of `alias` have the one key $1, ..., whose types are those of `columns`; `before`: how
// many parameters stand before it.
pg::fragment one_key(Relation target, const std::string &alias, const std::vector<std::string> &keys, Relation from,
                     const std::vector<std::string> &columns, std::size_t before = 0);
std::vector<Oid> types_of(Relation table, const std::vector<std::string> &columns);
// The one key in these arrays of a key_set.
std::vector<Datum> key_in(const std::vector<pg::parameter> &arrays);

// Throws unless both are tables of the caller (42501, 42809), neither of them a partition, the lines belong to no other
// orders (42710), and the owner of each has the rights of the other's.
void require_pair(Oid orders, Oid lines, const feature_rule &feature);

// The lines that a trigger of the feature on the orders names, where they are there.
std::optional<Oid> lines_named_by(Oid orders, const feature_rule &feature);
// The orders that a trigger of the feature on the lines names.
std::optional<Oid> orders_named_by(Oid lines, const feature_rule &feature);

// The lines that the orders have: the table, the one that it is a partition or child of, or, where it was detached, the
// one that it no longer belongs to.
Oid whole_lines(Relation table, Oid orders, const feature_rule &feature);

// Whether a foreign key that is checked at once rules out lines without an order. Needs an SPI connection.
bool forbids_lines_without_order(Relation orders, const std::vector<std::string> &keys, Relation lines,
                                 const std::vector<std::string> &columns);

// Drops the feature's triggers on the lines, or on all lines that name these orders, and those on the orders when no
// lines are left that name them. A NOTICE where there is nothing to drop. Needs an SPI connection.
void drop_pair_triggers(Oid orders, std::optional<Oid> lines, const feature_rule &feature);

} // namespace upkeep::orders
