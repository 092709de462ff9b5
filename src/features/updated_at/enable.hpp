// Enabling updated_at, for all that enable it: the SQL functions, the event trigger, a touch.
#pragma once

namespace upkeep::updated_at {

// The columns that are to be protected wherever a table has them; nullopt for the usual one.
using protected_columns = std::optional<std::vector<std::string>>;

// Throws 22023 where one of them is the stamp itself.
void require_protectable(const std::string &stamp, const protected_columns &protect);

// Enables updated_at with its defaults on a locked table, and on the inheritance children of it, where there is the
// column and no such trigger; returns those. A column that cannot hold a stamp is a WARNING. Needs an SPI connection.
std::vector<Oid> enable_updated_at_if_absent(Oid table, const std::string &column,
                                             const protected_columns &protect = std::nullopt);

} // namespace upkeep::updated_at
