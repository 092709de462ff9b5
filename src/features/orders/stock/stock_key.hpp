// The key of a row as a JSON array: how it is made of a row, and how the row is found by it again, whatever the
// session's settings. Keys that are equal have one text, which therefore stands for the key.
#pragma once

#include "postgres/relation.hpp"
#include "postgres/sql/fragment.hpp"

namespace upkeep::orders {

class stock_key {
public:
  stock_key() = default;
  // Throws 42703, and 42804 for a column of which equal values can differ in their texts.
  stock_key(Relation table, std::vector<std::string> columns);

  // The text of the key of a row: pg_catalog.jsonb_build_array(i.id)::pg_catalog.text
  pg::fragment of(const std::string &alias) const;
  // The condition that a row has the key that `json`, an expression, is the text of.
  pg::fragment equals(const std::string &alias, const std::string &json) const;
  // The condition that two rows of the table have the same key.
  pg::fragment same(const std::string &alias, const std::string &other) const;
  // The values of the key that `json`, an expression, is the text of.
  pg::fragment values(const std::string &json) const;
  // The columns, by which rows are to be locked: i.id
  pg::fragment order(const std::string &alias) const;

private:
  struct column {
    pg::fragment name;
    pg::fragment type; // its base type, by its catalogue name
    pg::fragment equality;
    Oid base;
    bool is_domain; // for which not every operator of an enum is found
  };

  std::vector<column> columns;
};

} // namespace upkeep::orders
