#include "features/history/kept_columns.hpp"

#include "core/history/secret_name.hpp"
#include "features/catalogue.hpp"
#include "features/registry.hpp"
#include "features/trigger_options.hpp"
#include "features/updated_at/updated_at_settings.hpp"
#include "postgres/relation.hpp"
#include "postgres/trigger.hpp"
#include "postgres/values/jsonb_object.hpp"

#include <algorithm>

namespace upkeep::history {

using pg::call;

namespace {

using names = std::vector<std::string>;

bool is_among(const names &list, const std::string &name) { return std::ranges::find(list, name) != list.end(); }

// Of two options that must not share a column; 22023.
void require_apart(Relation table, const names &one, const names &other, const char *cannot_be,
                   const char *hint = "Name it in one of the two.") {
  for (const std::string &name : one)
    if (is_among(other, name))
      throw fault{.sqlstate = sqlstate::invalid_parameter_value,
                  .message = fmt::format("column \"{}\" of table \"{}\" cannot be {}", name,
                                         RelationGetRelationName(table), cannot_be),
                  .hint = hint};
}

names columns_not_generated(Relation table) {
  names columns;
  TupleDesc descriptor = RelationGetDescr(table);
  for (int i = 0; i < descriptor->natts; ++i)
    if (const FormData_pg_attribute &attribute = *TupleDescAttr(descriptor, i);
        !attribute.attisdropped && !attribute.attgenerated)
      columns.emplace_back(NameStr(attribute.attname));
  return columns;
}

void require_not_generated(Relation table, const names &columns) {
  const names usable = columns_not_generated(table);
  for (const std::string &name : columns)
    if (!is_among(usable, name))
      throw fault{.sqlstate = sqlstate::generated_always,
                  .message =
                      fmt::format("column \"{}\" of table \"{}\" is generated", name, RelationGetRelationName(table)),
                  .hint = "Leave it out: it is computed from the others whenever a row is read or restored."};
}

// What the table's updated_at ignores, and its stamp.
names usually_ignored(Relation table) {
  const Trigger *stamp = trigger_of(table, updated_at_feature);
  if (!stamp)
    return {};
  const updated_at::updated_at_settings settings =
      updated_at::read_updated_at(pg::trigger_options(*stamp, updated_at_feature));
  names columns = settings.ignore;
  columns.push_back(settings.column);
  return columns;
}

names key_of(const option_list &options, Relation table) {
  if (find_option(options, "key"))
    return columns_option(table, options, "key");
  names key = pg::primary_key(table);
  if (key.empty())
    throw fault{.sqlstate = sqlstate::invalid_column_reference,
                .message = fmt::format("table \"{}\" has no primary key", RelationGetRelationName(table)),
                .hint = "Add one, or name the columns of a unique index, none of them nullable, as key_columns."};
  return key;
}

std::vector<kept_column> in_order_of_keys(Relation table, const names &columns, const names &digests) {
  std::vector<kept_column> result;
  for (const std::string &name : columns)
    result.push_back({pg::find_column(RelationGetDescr(table), name), name, is_among(digests, name)});
  std::ranges::sort(result,
                    [](const kept_column &a, const kept_column &b) { return pg::precedes_in_jsonb(a.name, b.name); });
  return result;
}

} // namespace

kept_columns resolve_columns(const option_list &options, Relation table) {
  const bool is_listed = find_option(options, "columns"), excludes = find_option(options, "exclude");
  const names digests = columns_option(table, options, "digest"), key = key_of(options, table);
  require_not_generated(table, key);
  names kept = is_listed ? columns_option(table, options, "columns") : columns_not_generated(table);
  const names listed = is_listed ? kept : names{};
  require_not_generated(table, listed);
  require_not_generated(table, digests);
  for (const std::string &name : digests)
    if (!is_among(kept, name))
      kept.push_back(name);
  kept_columns result;
  if (excludes) {
    const names excluded = columns_option(table, options, "exclude");
    require_apart(table, listed, excluded, "among columns and exclude_columns");
    require_apart(table, digests, excluded, "among digest_columns and exclude_columns");
    require_apart(table, key, excluded, "in the key and excluded");
    std::erase_if(kept, [&](const std::string &name) { return is_among(excluded, name); });
  } else {
    const auto is_secret = [&](const std::string &name) {
      return is_secret_name(name) && !is_among(listed, name) && !is_among(digests, name);
    };
    std::ranges::copy_if(kept, std::back_inserter(result.left_out_as_secret), is_secret);
    std::erase_if(kept, is_secret);
    require_apart(table, key, result.left_out_as_secret, "in the key and left out for its name",
                  "Name it in columns to keep it, or name another key as key_columns.");
  }
  require_apart(table, key, digests, "in the key and digested");
  const names ignored =
      find_option(options, "ignore") ? columns_option(table, options, "ignore") : usually_ignored(table);
  std::ranges::copy_if(kept, std::back_inserter(result.counted),
                       [&](const std::string &name) { return !is_among(ignored, name); });
  for (const std::string &name : key)
    if (!is_among(result.counted, name))
      result.counted.push_back(name);
  result.kept = in_order_of_keys(table, kept, digests);
  result.key = in_order_of_keys(table, key, {});
  return result;
}

} // namespace upkeep::history
