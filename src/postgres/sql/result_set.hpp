// The rows a set-returning function returns, one call of `add` each.
#pragma once

#include "postgres/sql/rows.hpp"
#include "postgres/sql/text.hpp"

namespace upkeep::pg {

// Adds the rows of a query that has the columns of the result.
void add_rows(const rows &found, const ReturnSetInfo &result);

class result_set {
public:
  explicit result_set(FunctionCallInfo fcinfo, bits32 flags = MAT_SRF_USE_EXPECTED_DESC)
      : result(reinterpret_cast<ReturnSetInfo *>(fcinfo->resultinfo)) {
    call([=] { InitMaterializedSRF(fcinfo, flags); });
  }

  // Adds one row, its columns in order.
  template <class... Values> void add(const Values &...values) {
    Datum row[] = {datum(values)...};
    bool nulls[] = {is_null(values)...};
    call([&] { tuplestore_putvalues(result->setResult, result->setDesc, row, nulls); });
  }

  void add(const rows &found) { add_rows(found, *result); }

  // A value that is a Datum already, made by one of these.
  struct ready {
    Datum value;
  };
  struct nullable {
    Datum value = 0;
    bool is_null = true;
  };
  static ready name(const std::string &value) {
    return {call([&] { return DirectFunctionCall1(namein, CStringGetDatum(value.c_str())); })};
  }
  static ready jsonb(const std::string &json) {
    return {call([&] { return DirectFunctionCall1(jsonb_in, CStringGetDatum(json.c_str())); })};
  }

  static ready texts(const std::vector<std::string> &values) {
    std::vector<Datum> elements;
    elements.reserve(values.size());
    for (const std::string &each : values)
      elements.push_back(datum(each));
    return {call([&] {
      return PointerGetDatum(
          construct_array(elements.data(), static_cast<int>(elements.size()), TEXTOID, -1, false, TYPALIGN_INT));
    })};
  }

private:
  static Datum datum(Oid value) { return ObjectIdGetDatum(value); }
  static Datum datum(bool value) { return BoolGetDatum(value); }
  static Datum datum(int value) { return Int32GetDatum(value); }
  static Datum datum(std::int64_t value) { return Int64GetDatum(value); }
  static Datum datum(const std::string &value) {
    return call([&] { return CStringGetTextDatum(value.c_str()); });
  }
  static Datum datum(const ready &value) { return value.value; }
  static Datum datum(const nullable &value) { return value.value; }
  template <class Value> static bool is_null(const Value &) { return false; }
  static bool is_null(const nullable &value) { return value.is_null; }

  ReturnSetInfo *result;
};

} // namespace upkeep::pg
