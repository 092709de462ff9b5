// rollup: figures of a row, its counts, sums and extremes, made of the rows of another table that belong to it.
#pragma once

#include "core/options/option_list.hpp"
#include "features/rollups/group_key.hpp"
#include "postgres/column_info.hpp"
#include "postgres/relation.hpp"
#include "postgres/sql/row_expression.hpp"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace upkeep::rollups {

enum class aggregate : std::uint8_t { count, sum, min, max, bool_or, bool_and };

// Whether a figure follows from the one before and what a statement brought and took: else it may have to be read anew.
constexpr bool is_additive(aggregate function) { return function <= aggregate::sum; }

struct figure {
  pg::column_info column; // of the target
  aggregate function;
  pg::row_expression argument; // none: count(*). Of a sum an integer or a numeric, else coerced to the column's type
  pg::row_expression filter;   // boolean, where there is one
};

// What one rollup does.
struct rollup {
  Oid target, source; // the tables as they were named, or found: `source` is the whole one of a partition
  Oid root;           // the target as groups are known by: the whole of a partition, the parent of a child
  Oid target_owner, source_owner;
  std::vector<group_key> keys; // in the order of the target's columns, so that every rollup locks rows in one order
  std::vector<figure> figures;
  pg::row_expression filter;
  bool groups_nulls; // NULL is a group of its own: the unique index on the keys is NULLS NOT DISTINCT
  bool inserts;      // a group without a row gets one
  bool keeps_empty;  // also where it counts nothing any more
};

// Whether keys are of the same columns of the target.
bool have_same_keys(std::span<const group_key> a, std::span<const group_key> b);
// The types of its keys, under any domains.
std::vector<Oid> key_types(const rollup &of);

// The options of a trigger on either table, resolved. `source` may be a partition of the whole source: expressions are
// those of its rows. Parses under the pinned search_path, since texts in triggers are qualified. Throws 22023, 42601,
// 42703, 42804, 0A000, 42P17, and 42501 for functions of others.
rollup resolve_rollup(const option_list &options, Relation target, Relation source);

// 22004: a key, by its number, is NULL for a row that counts, and no group is without one.
[[noreturn]] void refuse_null_key(const rollup &of, std::size_t key);

// A figure as a client writes it, "big = count(*) filter (where amount > 100)". The same errors.
figure resolve_figure(const std::string &text, Relation target, Relation source);
// A key, "record_date = (placed_at AT TIME ZONE 'UTC')::date".
group_key resolve_key(const std::string &text, Relation target, Relation source);
pg::row_expression resolve_filter(const std::string &text, Relation source);

// The column and the function of a figure as its text has them: nothing is looked up, it may be anybody's. Throws 42601
// and 0A000.
struct figure_name {
  std::string column;
  aggregate function;
};
figure_name name_of_figure(const std::string &text);

// The texts of arguments: names and functions qualified.
std::string text_of(const figure &of);
std::string text_of(const group_key &of);

inline constexpr const char *enable_rollup_name = "enable_rollup";

} // namespace upkeep::rollups
