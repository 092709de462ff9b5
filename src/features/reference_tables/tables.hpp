// Tables for applications that have none yet, as data, and what makes them.
#pragma once

#include "core/options/feature_rule.hpp"
#include "postgres/sql/fragment.hpp"

#include <set>
#include <span>
#include <string>

namespace upkeep::reference_tables {

struct reference_column {
  const char *name;
  const char *type;                 // with its constraints
  const char *references = nullptr; // the rest of a foreign key: users ON DELETE CASCADE
  const char *comment = nullptr;
};

struct reference_index {
  const char *columns; // with commas between them, without blanks
  bool unique = false;
  // Where rows of an older table may stand in the way: the statement that merges them, for a notice.
  pg::fragment (*merge)(const pg::fragment &table) = nullptr;
};

// Where the rows of a table go if the schema is distributed: to the shards of their shop, or, those of the shops, of
// themselves. A local table stays where it is.
enum class placement : std::uint8_t { by_shop, shops, local };

struct reference_table {
  const char *name;
  const char *comment;
  std::span<const reference_column> columns; // all but id, created_at and updated_at, which every table has
  std::span<const reference_index> indexes;
  std::span<const reference_column> later_columns = {}; // which tables of older versions do not have
  // Older versions do not have the table. One of its name that has other columns is somebody else's.
  bool is_later = false;
  placement place = placement::by_shop;
};

// An option of a trigger, as its arguments have it.
struct reference_option {
  std::string_view name, value;
};

// What is enabled on a table that does not have the trigger yet: a call in which $1 is the table, and $2 and $3 others.
struct reference_feature {
  const char *table;
  const feature_rule &feature;
  const char *call;
  const char *other = nullptr, *third = nullptr;
  // What concerns the later columns: arguments of the call, which a trigger of an older version gets along with them.
  std::span<const reference_option> later_options = {};
  // A table that older versions do not pass. It has the name of the argument, and of the option.
  const char *later_table = nullptr;
};

struct reference_schema {
  const char *verb;                        // for messages: "create a storefront"
  std::span<const reference_table> tables; // in an order in which they can be created
  std::span<const reference_feature> features;
  const char *later_with = nullptr; // a function of the SQL that knows what is later
  bool with_history = false;
  bool is_distributed = false;
  Oid beside = InvalidOid; // a table that distributed ones lie with, if it is one
};

// Makes what is missing, as the caller; drops nothing. Needs an SPI connection. Throws 42501, 42804, 42809.
void create_tables(const reference_schema &what, const std::string &schema);

// What a call has made of the tables.
struct made_tables {
  std::set<Oid> renewed; // it has added all their later columns
  std::set<std::string_view> left_out;
};

// Enables what is not enabled, or of it one feature only. A trigger whose options somebody chose stays as it is; a
// NOTICE says so where it lacks the later ones.
void enable_features(const reference_schema &what, Oid schema, const made_tables &made,
                     const feature_rule *only = nullptr);

// Whether the SQL of the extension that this database has knows what is later: the library may be newer.
bool knows_later(const reference_schema &what);

} // namespace upkeep::reference_tables
