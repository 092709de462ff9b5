#include "postgres/sql/text.hpp"

#include "core/text/joined.hpp"
#include "postgres/citus/shards.hpp"

namespace upkeep::pg {

namespace {

bool is_plain_element(const std::string &text) {
  return !text.empty() && text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string::npos &&
         text != "null";
}

std::string element(const std::string &text) {
  if (is_plain_element(text))
    return text;
  std::string quoted = "\"";
  for (const char letter : text) {
    if (letter == '"' || letter == '\\')
      quoted += '\\';
    quoted += letter;
  }
  return quoted + '"';
}

} // namespace

std::string quoted(const std::string &name) {
  return string_from([&] { return quote_identifier(name.c_str()); });
}

std::string literals(const std::vector<std::string> &texts) {
  std::string list;
  for (const std::string &text : texts)
    list += (list.empty() ? "" : ", ") + string_from([&] { return quote_literal_cstr(text.c_str()); });
  return list;
}

std::string array_literal(const std::vector<std::string> &texts) {
  std::vector<std::string> elements;
  for (const std::string &text : texts)
    elements.push_back(element(text));
  return literals({fmt::format("{{{}}}", joined(elements, ","))});
}

std::string json_string(const std::string &text) {
  return string_from([&] {
    StringInfoData json;
    initStringInfo(&json);
    escape_json(&json, text.c_str());
    return json.data;
  });
}

std::vector<std::string> split_names(const std::string &list, const std::string &what, char separator) {
  List *names = NIL;
  const bool well_formed = call([&] { return SplitIdentifierString(pstrdup(list.c_str()), separator, &names); });
  if (!well_formed)
    throw fault{.sqlstate = sqlstate::invalid_parameter_value,
                .message = fmt::format("invalid list of names in {}: \"{}\"", what, list),
                .hint = "Separate names by commas; put a name with blanks, commas or capitals in double quotes."};
  std::vector<std::string> result;
  ListCell *cell;
  foreach (cell, names)
    result.emplace_back(static_cast<const char *>(lfirst(cell)));
  return result;
}

std::string join_names(const std::vector<std::string> &names) {
  std::string list;
  for (const std::string &name : names)
    list += (list.empty() ? "" : ",") + quoted(name);
  return list;
}

std::string qualified(Oid table) {
  return string_from([=]() -> const char * {
    const char *schema = get_namespace_name(get_rel_namespace(table));
    const char *name = get_rel_name(table);
    return schema && name ? quote_qualified_identifier(schema, name) : nullptr;
  });
}

std::string collation_name(Oid collation) {
  return string_from([=] {
    HeapTuple found = SearchSysCache1(COLLOID, ObjectIdGetDatum(collation));
    const FormData_pg_collation &form = *reinterpret_cast<Form_pg_collation>(GETSTRUCT(found));
    char *text = quote_qualified_identifier(get_namespace_name(form.collnamespace), NameStr(form.collname));
    ReleaseSysCache(found);
    return text;
  });
}

std::string table_name(Oid table) {
  const Oid named = logical_table(table);
  return string_from([=] { return get_rel_name(named); });
}

std::string table_name(Relation table) { return table_name(RelationGetRelid(table)); }

} // namespace upkeep::pg
