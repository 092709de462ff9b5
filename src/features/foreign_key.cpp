#include "features/foreign_key.hpp"

#include "core/fault.hpp"
#include "core/text/joined.hpp"
#include "postgres/sql/query.hpp"

#include <algorithm>

namespace upkeep {

namespace {

std::vector<std::string> names_in(const pg::rows &found, std::uint64_t row, int column) {
  return pg::split_names(found.text(row, column).value(), "foreign key");
}

std::string names_of(const std::vector<followed_key> &keys) {
  std::vector<std::string> names;
  for (const followed_key &key : keys)
    names.push_back(key.name);
  return joined(names, ", ");
}

} // namespace

std::vector<followed_key> followed_keys(Oid child, Oid parent) {
  const auto columns = [](const char *table, const char *numbers) {
    return pg::sql(R"sql(
      (SELECT string_agg(quote_ident(a.attname), ',' ORDER BY k.n)
       FROM unnest(c.{numbers}) WITH ORDINALITY AS k(attnum, n)
       JOIN pg_attribute a ON a.attrelid = c.{table} AND a.attnum = k.attnum)
    )sql",
                   "numbers"_is = pg::identifier{numbers}, "table"_is = pg::identifier{table});
  };
  const pg::parameter parameters[] = {pg::parameter::oid(child), pg::parameter::oid(parent)};
  const pg::rows found =
      pg::execute(pg::sql(R"sql(
    SELECT c.conname, {columns}, {keys}
    FROM pg_constraint c
    WHERE c.contype = 'f' AND c.conrelid = $1 AND c.confrelid = $2
    ORDER BY c.conname
  )sql",
                          "columns"_is = columns("conrelid", "conkey"), "keys"_is = columns("confrelid", "confkey")),
                  parameters);
  std::vector<followed_key> keys;
  for (std::uint64_t row = 0; row < found.count(); ++row)
    keys.push_back({found.text(row, 1).value(), names_in(found, row, 2), names_in(found, row, 3)});
  return keys;
}

followed_key find_followed_key(Oid child, Oid parent, const std::optional<std::string> &wanted,
                               const foreign_key_hints &hints) {
  const std::vector<followed_key> all = followed_keys(child, parent);
  const auto named = std::ranges::find_if(all, [&](const followed_key &key) { return key.name == wanted; });
  if (named != all.end())
    return *named;
  if (all.empty())
    throw fault{.sqlstate = sqlstate::undefined_object,
                .message = wanted ? fmt::format("table \"{}\" has no foreign key \"{}\" to \"{}\"",
                                                pg::table_name(child), *wanted, pg::table_name(parent))
                                  : fmt::format("table \"{}\" has no foreign key to \"{}\"", pg::table_name(child),
                                                pg::table_name(parent)),
                .hint = followed_keys(parent, child).empty() ? hints.none : hints.reversed};
  if (wanted)
    throw fault{.sqlstate = sqlstate::undefined_object,
                .message = fmt::format("table \"{}\" has no foreign key \"{}\" to \"{}\"", pg::table_name(child),
                                       *wanted, pg::table_name(parent)),
                .detail = fmt::format("It has: {}.", names_of(all)),
                .hint =
                    fmt::format("Pass the constraint's name, foreign_key => {}.", pg::literals({all.front().name}))};
  if (all.size() > 1)
    throw fault{.sqlstate = sqlstate::ambiguous_parameter,
                .message = fmt::format("table \"{}\" has several foreign keys to \"{}\"", pg::table_name(child),
                                       pg::table_name(parent)),
                .detail = fmt::format("They are: {}.", names_of(all)),
                .hint = hints.ambiguous};
  return all.front();
}

} // namespace upkeep
