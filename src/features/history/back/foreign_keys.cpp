#include "features/history/back/foreign_keys.hpp"

#include "postgres/sql/query.hpp"
#include "postgres/values/array_elements.hpp"

namespace upkeep::history {

using pg::call;

namespace {

std::vector<AttrNumber> numbers_in(Datum array) {
  const pg::array_elements elements = pg::elements_of(array, INT2OID);
  std::vector<AttrNumber> numbers;
  for (int i = 0; i < elements.count; ++i)
    numbers.push_back(DatumGetInt16(elements.values[i]));
  return numbers;
}

std::vector<foreign_key> foreign_keys_where(const pg::fragment &condition, const pg::parameter &parameter) {
  const pg::rows found = pg::execute(pg::sql(R"sql(
    SELECT c.conrelid, c.confrelid, c.conkey, c.confkey, c.confdeltype [=] 'c'::pg_catalog."char",
      c.confupdtype [=] 'c'::pg_catalog."char", c.condeferrable
    FROM pg_catalog.pg_constraint c
    WHERE c.contype [=] 'f'::pg_catalog."char" AND c.conparentid [=] 0::pg_catalog.oid AND {condition}
    ORDER BY c.conrelid, c.conname
  )sql",
                                             "condition"_is = condition),
                                     {&parameter, 1});
  std::vector<foreign_key> keys;
  bool is_null = false;
  for (std::uint64_t row = 0; row < found.count(); ++row)
    keys.push_back({found.oid(row, 1), found.oid(row, 2), numbers_in(found.value(row, 3, is_null)),
                    numbers_in(found.value(row, 4, is_null)), DatumGetBool(found.value(row, 5, is_null)),
                    DatumGetBool(found.value(row, 6, is_null)), DatumGetBool(found.value(row, 7, is_null))});
  return keys;
}

} // namespace

std::vector<foreign_key> foreign_keys_to(Oid parent) {
  return foreign_keys_where(pg::sql("c.confrelid [=] $1"), pg::parameter::oid(parent));
}

std::vector<foreign_key> foreign_keys_among(const std::vector<Oid> &tables) {
  std::vector<Datum> oids;
  for (const Oid table : tables)
    oids.push_back(ObjectIdGetDatum(table));
  const Datum array = call([&] {
    return PointerGetDatum(
        construct_array(oids.data(), static_cast<int>(oids.size()), OIDOID, sizeof(Oid), true, TYPALIGN_INT));
  });
  return foreign_keys_where(pg::sql("c.conrelid [=] ANY ($1) AND c.confrelid [=] ANY ($1)"), {OIDARRAYOID, array});
}

} // namespace upkeep::history
