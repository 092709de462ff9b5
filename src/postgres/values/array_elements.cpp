#include "postgres/values/array_elements.hpp"

namespace upkeep::pg {

array_elements elements_of(Datum array, Oid element_type) {
  return call([=] {
    array_elements found{};
    std::int16_t length;
    bool by_value;
    char align;
    get_typlenbyvalalign(element_type, &length, &by_value, &align);
    deconstruct_array(DatumGetArrayTypeP(array), element_type, length, by_value, align, &found.values, &found.nulls,
                      &found.count);
    return found;
  });
}

} // namespace upkeep::pg
