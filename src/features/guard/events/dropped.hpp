// What a command has dropped, and what becomes of the guard's own trigger.
#pragma once

#include "features/guard/guard.hpp"

namespace upkeep::guard {

// Whether a type of an object, as event triggers name it, is that of a table or a column.
bool is_of_table(const std::string &type);
// "DROP TABLE"
std::string tag_of(const EventTriggerData &event);

// sql_drop: what a CASCADE has reached needs a yes too; what is gone is logged. Needs an SPI connection.
void follow_drop(const EventTriggerData &event);

// A WARNING that a TRUNCATE of the table is no longer stopped. `why`: "is dropped".
void tell_unguarded(Oid table, const std::string &trigger, const char *why, const std::string &hint);
bool lacks_guard_trigger(Oid table);

} // namespace upkeep::guard
