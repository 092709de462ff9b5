// Stamps and touches of upkeep.suggest.
#include "core/suggest/names.hpp"
#include "core/suggest/patterns.hpp"
#include "features/catalogue.hpp"
#include "features/suggest/found_schema.hpp"
#include "features/suggest/suggest.hpp"
#include "postgres/relation.hpp"
#include "postgres/time_column.hpp"

namespace upkeep::suggest {

namespace {

constexpr name_patterns roles[] = {patterns::orders,
                                   patterns::products,
                                   patterns::carts,
                                   patterns::cart_items,
                                   patterns::daily_records,
                                   patterns::shop_settings,
                                   patterns::weekly_diagnostics,
                                   patterns::ad_decisions,
                                   patterns::growth_simulations};

bool has_role(const schema_table &table) {
  for (const name_patterns role : roles)
    if (is_one_of(role, table.word))
      return true;
  return false;
}

// In the manner of the table's created_at.
std::string stamp_name(const schema_table &table) {
  const schema_column *created = table.best(patterns::created, is_time);
  if (!created)
    return "updated_at";
  if (created->name == "createdAt" || created->name == "created_on" || created->name == "created")
    return "updated" + created->name.substr(7);
  return created->name == "CreatedAt" ? "UpdatedAt" : "updated_at";
}

// What moves all day without being a change of the row.
std::vector<std::string> ignored_columns(const found_schema &schema, const schema_table &table) {
  const bool is_diagnosis = is_one_of(patterns::weekly_diagnostics, table.word);
  if (is_diagnosis && table.find("stale"))
    return {"stale"};
  const schema_column *stock = schema.shop().product.to == &table ? table.best(patterns::stock, is_exact) : nullptr;
  return stock ? std::vector<std::string>{stock->name} : std::vector<std::string>{};
}

void suggest_stamp(const found_schema &schema, const schema_table &table, std::vector<proposal> &into) {
  const schema_column *stamp = table.best(patterns::updated, is_time);
  if (!stamp)
    stamp = table.best(patterns::updated);
  proposal made(updated_at_feature, {&table});
  const std::string name = stamp ? stamp->name : stamp_name(table);
  made.text("column", name).list("ignore", stamp ? ignored_columns(schema, table) : std::vector<std::string>{});
  if (!stamp)
    made.needs(
        fmt::format("ALTER TABLE {} ADD COLUMN {} timestamptz NOT NULL DEFAULT now();", table.name, pg::quoted(name)),
        "there is no column for the stamp");
  else
    pg::with_relation(table.oid, [&](Relation relation) {
      try {
        pg::require_time_column(relation, pg::find_column(RelationGetDescr(relation), name));
      } catch (const fault &said) {
        made.blocked(said.message);
      }
    });
  into.push_back(std::move(made));
}

void suggest_touch(const found_schema &schema, std::vector<proposal> &into) {
  const table_link link = schema.link(patterns::cart_items, patterns::carts, patterns::cart_key);
  if (!link.to || has_feature(*link.from, touch_feature))
    return;
  proposal made(touch_feature, {link.from, link.to});
  const std::string tenant = link.tenant.empty() ? "" : pg::quoted(link.tenant) + ", ";
  if (!link.is_declared)
    made.needs(fmt::format("ALTER TABLE {} ADD FOREIGN KEY ({}{}) REFERENCES {} ({}{});", link.from->name, tenant,
                           pg::quoted(link.column), link.to->name, tenant, pg::quoted(link.key)),
               "there is no foreign key");
  int keys = 0;
  for (const schema_key &key : link.from->foreign_keys)
    keys += key.target == link.to->oid;
  if (keys > 1)
    made.blocked("there are several foreign keys: name one of them as foreign_key");
  if (!link.to->best(patterns::updated, is_time))
    made.blocked("the parent has no stamp: see its updated_at");
  into.push_back(std::move(made));
}

} // namespace

void suggest_stamps(const found_schema &schema, std::vector<proposal> &into) {
  for (const schema_table &table : schema.tables)
    if (is_table(table) && !has_feature(table, updated_at_feature) &&
        (table.best(patterns::updated) || table.best(patterns::created, is_time) || has_role(table)))
      suggest_stamp(schema, table, into);
  suggest_touch(schema, into);
}

} // namespace upkeep::suggest
