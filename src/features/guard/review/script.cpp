// Names: which relation, schema and column of today one of the file means.
#include "features/guard/review/script.hpp"

#include "postgres/relation.hpp"

#include <algorithm>
#include <memory>

namespace upkeep::guard {

using pg::call;

namespace {

constexpr const char *temporary = "pg_temp";

Oid find_in_schema(const std::string &schema, const std::string &name) {
  return call([&] {
    Oid space = InvalidOid, toast = InvalidOid;
    if (schema == temporary)
      GetTempNamespaceState(&space, &toast);
    else
      space = get_namespace_oid(schema.c_str(), true);
    if (!OidIsValid(space) || !pg::may_use_schema(space, GetUserId()))
      return InvalidOid;
    return get_relname_relid(name.c_str(), space);
  });
}

std::string name_of_schema(Oid relation) {
  return pg::string_from([=] { return get_namespace_name(get_rel_namespace(relation)); });
}

} // namespace

// As search_path says, whether or not there is such a schema today.
std::vector<std::string> script::path() const {
  List *listed = NIL;
  call([&] { SplitIdentifierString(pstrdup(namespace_search_path), ',', &listed); });
  std::vector<std::string> schemas;
  const ListCell *cell;
  foreach (cell, listed) {
    const char *name = static_cast<const char *>(lfirst(cell));
    schemas.push_back(strcmp(name, "$user") == 0 ? pg::string_from([] { return GetUserNameFromId(GetUserId(), false); })
                                                 : name);
  }
  for (const char *implied : {"pg_catalog", temporary})
    if (std::find(schemas.begin(), schemas.end(), implied) == schemas.end())
      schemas.insert(schemas.begin(), implied);
  return schemas;
}

std::string script::schema_of_today(const std::string &name) const {
  const auto found = schemas.find(name);
  return found == schemas.end() ? name : found->second;
}

script::meaning script::of(const RangeVar *name) const {
  if (name->catalogname)
    return {};
  const std::vector<std::string> places = name->schemaname ? std::vector<std::string>{name->schemaname} : path();
  meaning gone_by{};
  for (const std::string &schema : places) {
    if (const auto found = names.find({schema, name->relname}); found != names.end()) {
      if (!gone_names.contains(found->first))
        return {found->second, true};
      gone_by = {found->second, true, true};
      continue;
    }
    const std::string today = schema_of_today(schema);
    const Oid relation = today.empty() ? InvalidOid : find_in_schema(today, name->relname);
    if (OidIsValid(relation) && !gone.contains(relation))
      return {relation, true};
    gone_by.is_known |= today.empty() && name->schemaname;
  }
  return gone_by;
}

// Where a relation of that name stands, or comes to stand.
script::place script::place_of(const RangeVar *name) const {
  if (name->schemaname)
    return {name->schemaname, name->relname};
  if (name->relpersistence == RELPERSISTENCE_TEMP)
    return {temporary, name->relname};
  for (const std::string &schema : path()) {
    const place here{schema, name->relname};
    if (names.contains(here) && !gone_names.contains(here))
      return here;
    if (const std::string today = schema_of_today(schema);
        !names.contains(here) && !today.empty() && OidIsValid(find_in_schema(today, name->relname)))
      return here;
  }
  const std::vector<std::string> schemas_in_path = path();
  const auto first = std::find_if(schemas_in_path.begin(), schemas_in_path.end(), [&](const std::string &schema) {
    if (schema == "pg_catalog" || schema == temporary)
      return false;
    return schemas.contains(schema) || OidIsValid(call([&] { return get_namespace_oid(schema.c_str(), true); }));
  });
  return {first == schemas_in_path.end() ? "public" : *first, name->relname};
}

void script::set(const place &here, Oid relation) {
  names[here] = relation;
  gone_names.erase(here);
}

void script::clear(const place &here, Oid dropped) {
  names[here] = dropped;
  gone_names.insert(here);
}

// The first schema of the path takes a name that stands in a later one too.
void script::make(const RangeVar *name, bool may_exist) {
  if (const meaning now = of(name); may_exist && OidIsValid(now.relation) && !now.is_dropped)
    return;
  if (name->schemaname || name->relpersistence == RELPERSISTENCE_TEMP)
    return set(place_of(name), InvalidOid);
  for (const std::string &schema : path())
    if (schema != "pg_catalog" && schema != temporary &&
        (schemas.contains(schema) || OidIsValid(call([&] { return get_namespace_oid(schema.c_str(), true); }))))
      return set({schema, name->relname}, InvalidOid);
}

void script::drop_relation(const RangeVar *name) {
  const Oid relation = of(name).relation;
  clear(place_of(name), relation);
  if (!OidIsValid(relation))
    return;
  gone.insert(relation);
  for (const Oid each : tree_of(relation))
    if (gone.insert(each).second)
      clear({name_of_schema(each), pg::string_from([=] { return get_rel_name(each); })}, each);
}

void script::drop_schema(const std::string &name) {
  std::erase_if(names, [&](const auto &each) { return each.first.first == name; });
  std::erase_if(gone_names, [&](const auto &each) { return each.first == name; });
  schemas[name] = "";
}

void script::rename_schema(const std::string &from, const std::string &to) {
  std::map<place, Oid> moved;
  std::set<place> moved_gone;
  const auto now = [&](const place &each) { return each.first == from ? place{to, each.second} : each; };
  for (const auto &[here, relation] : names)
    moved[now(here)] = relation;
  for (const place &here : gone_names)
    moved_gone.insert(now(here));
  names = std::move(moved);
  gone_names = std::move(moved_gone);
  schemas[to] = schema_of_today(from);
  schemas[from] = "";
}

void script::move(const RangeVar *name, const place &to) {
  const Oid relation = of(name).relation;
  const place from = place_of(name);
  clear(from);
  set(to, relation);
  if (const auto partitions = attached.extract(from))
    attached[to] = partitions.mapped();
}

const script::table_state *script::find_state(Oid table) const {
  const auto found = tables.find(table);
  return found == tables.end() ? nullptr : &found->second;
}

std::string script::column_of_today(Oid table, const std::string &name) const {
  const table_state *state = find_state(table);
  if (!state)
    return name;
  if (const auto found = state->columns.find(name); found != state->columns.end())
    return found->second;
  return state->missing.contains(name) ? "" : name;
}

bool script::has_column(Oid table, const std::string &name) const {
  const table_state *state = find_state(table);
  if (state && state->columns.contains(name))
    return true;
  return !(state && state->missing.contains(name)) && call([&] { return get_attnum(table, name.c_str()); }) > 0;
}

std::string script::name_now(Oid table, const std::string &column) const {
  place now{name_of_schema(table), pg::string_from([=] { return get_rel_name(table); })};
  const auto moved = std::find_if(names.begin(), names.end(), [&](const auto &each) {
    return each.second == table && !gone_names.contains(each.first);
  });
  const auto schema =
      std::find_if(schemas.begin(), schemas.end(), [&](const auto &each) { return each.second == now.first; });
  if (moved != names.end())
    now = moved->first;
  else if (schema != schemas.end())
    now.first = schema->first;
  const std::string name = fmt::format("{}.{}", pg::quoted(now.first), pg::quoted(now.second));
  if (column.empty())
    return name;
  return fmt::format("{}.{}", name, pg::quoted(column_now(table, column)));
}

std::string script::column_now(Oid table, const std::string &column) const {
  if (const table_state *state = find_state(table))
    for (const auto &[called, today] : state->columns)
      if (today == column)
        return called;
  return column;
}

void script::rename(const RenameStmt &statement) {
  switch (statement.renameType) {
  case OBJECT_SCHEMA:
    return rename_schema(statement.subname, statement.newname);
  case OBJECT_TABLE:
  case OBJECT_VIEW:
  case OBJECT_MATVIEW:
  case OBJECT_FOREIGN_TABLE:
  case OBJECT_SEQUENCE:
    return move(statement.relation, {place_of(statement.relation).first, statement.newname});
  case OBJECT_COLUMN:
    break;
  default:
    return;
  }
  const Oid root = of(statement.relation).relation;
  if (!OidIsValid(root))
    return;
  for (const Oid table : tree_of(root)) {
    const std::string today = column_of_today(table, statement.subname);
    table_state &state = tables[table];
    state.columns.erase(statement.subname);
    state.missing.insert(statement.subname);
    state.columns[statement.newname] = today;
    if (state.bare.erase(statement.subname) > 0)
      state.bare.insert(statement.newname);
  }
}

void script::add_column(Oid table, const ColumnDef &column, bool may_exist) {
  if (may_exist && has_column(table, column.colname))
    return;
  table_state &state = tables[table];
  state.columns[column.colname] = "";
  const auto is_filled = [](const ListCell *first) {
    const auto kind = lfirst_node(Constraint, first)->contype;
    return kind == CONSTR_DEFAULT || kind == CONSTR_IDENTITY || kind == CONSTR_GENERATED;
  };
  bool has_value = false;
  const ListCell *cell;
  foreach (cell, column.constraints)
    has_value |= is_filled(cell);
  added_column made{table, column.colname, InvalidOid, -1};
  call([&] {
    const Type type = column.typeName ? LookupTypeName(nullptr, column.typeName, &made.modifier, true) : nullptr;
    if (!type)
      return;
    made.type = typeTypeId(type);
    ReleaseSysCache(type);
  });
  if (OidIsValid(made.type))
    added.push_back(made);
  // What is not found is made by the file, or serial: it may bring a value.
  if (!has_value && OidIsValid(made.type) && !call([&] { return get_typdefault(made.type) != nullptr; }))
    state.bare.insert(column.colname);
  else
    state.bare.erase(column.colname);
}

void script::drop_column(Oid table, const std::string &name) {
  table_state &state = tables[table];
  state.columns.erase(name);
  state.missing.insert(name);
  state.bare.erase(name);
}

} // namespace upkeep::guard
