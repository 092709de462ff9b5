// The same for the sources that know the server.
#include "core/precompiled.hpp"

#include "postgres/compat.hpp"
