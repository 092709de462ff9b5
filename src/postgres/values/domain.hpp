// Whether a domain takes a value: asked, where domain_check raises.
#pragma once

#include "postgres/compat.hpp"

namespace upkeep::pg {

// The constraints of a domain and of those it stands on, ready to be evaluated; lives in a memory context.
struct domain_constraints {
  DomainConstraintRef constraints;
  ExprContext *expressions;
};

domain_constraints *domain_constraints_in(MemoryContext memory, Oid domain);

// Whether a constraint refuses the value. Raises what evaluating a constraint raises; needs a snapshot.
bool refuses(domain_constraints &domain, Datum value, bool is_null);

} // namespace upkeep::pg
