// What can be wrong with a request, told once and read by the user as a PostgreSQL error.
#pragma once

#include <string>

namespace upkeep {

// Thrown by core and features; the boundary turns it into ereport(ERROR). `sqlstate` is a literal of five characters.
struct fault {
  const char *sqlstate;
  std::string message;
  std::string detail = {};
  std::string hint = {};
};

namespace sqlstate {
inline constexpr const char *ambiguous_parameter = "42P08";
inline constexpr const char *cardinality_violation = "21000";
inline constexpr const char *check_violation = "23514";
inline constexpr const char *currency_mismatch = "UK008";
inline constexpr const char *datetime_field_overflow = "22008";
inline constexpr const char *destructive_ddl = "UK007";
inline constexpr const char *duplicate_column = "42701";
inline constexpr const char *duplicate_object = "42710";
inline constexpr const char *external_routine_exception = "38000";
inline constexpr const char *feature_not_supported = "0A000";
inline constexpr const char *foreign_key_violation = "23503";
inline constexpr const char *generated_always = "428C9";
inline constexpr const char *illegal_status_change = "UK004";
inline constexpr const char *insufficient_privilege = "42501";
inline constexpr const char *internal_error = "XX000";
inline constexpr const char *invalid_binary_representation = "22P03";
inline constexpr const char *invalid_column_reference = "42P10";
inline constexpr const char *invalid_object_definition = "42P17";
inline constexpr const char *invalid_parameter_value = "22023";
inline constexpr const char *invalid_schema_name = "3F000";
inline constexpr const char *invalid_text_representation = "22P02";
inline constexpr const char *invalid_transaction_termination = "2D000";
inline constexpr const char *lock_not_available = "55P03";
inline constexpr const char *no_data_found = "P0002";
inline constexpr const char *not_null_violation = "23502";
inline constexpr const char *null_value_not_allowed = "22004";
inline constexpr const char *numeric_value_out_of_range = "22003";
inline constexpr const char *object_not_in_prerequisite_state = "55000";
inline constexpr const char *order_locked = "UK003";
inline constexpr const char *out_of_memory = "53200";
inline constexpr const char *out_of_stock = "UK002";
inline constexpr const char *price_changed = "UK001";
inline constexpr const char *refund_not_possible = "UK009";
inline constexpr const char *row_deleted = "UK010";
inline constexpr const char *serialization_failure = "40001";
inline constexpr const char *snapshot_immutable = "UK005";
inline constexpr const char *stale_version = "UK006";
inline constexpr const char *statement_too_complex = "54001";
inline constexpr const char *syntax_error = "42601";
inline constexpr const char *triggered_data_change = "27000";
inline constexpr const char *trigger_protocol_violated = "39P01";
inline constexpr const char *type_mismatch = "42804";
inline constexpr const char *undefined_column = "42703";
inline constexpr const char *undefined_object = "42704";
inline constexpr const char *undefined_table = "42P01";
inline constexpr const char *wrong_object_type = "42809";
} // namespace sqlstate

} // namespace upkeep
