// What becomes of rollups whose source or target is dropped.
#pragma once

namespace upkeep::rollups {

// On sql_drop: drops the triggers of rollups with a table that is gone now, since nobody could write to the other one;
// a NOTICE says so. Needs an SPI connection.
void drop_triggers_of_lost_tables();

} // namespace upkeep::rollups
