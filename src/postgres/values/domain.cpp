#include "postgres/values/domain.hpp"

namespace upkeep::pg {

domain_constraints *domain_constraints_in(MemoryContext memory, Oid domain) {
  const MemoryContext outer = MemoryContextSwitchTo(memory);
  auto *made = static_cast<domain_constraints *>(palloc0(sizeof(domain_constraints)));
  InitDomainConstraintRef(domain, &made->constraints, memory, true);
  made->expressions = CreateStandaloneExprContext();
  MemoryContextSwitchTo(outer);
  return made;
}

bool refuses(domain_constraints &domain, Datum value, bool is_null) {
  UpdateDomainConstraintRef(&domain.constraints);
  if (domain.constraints.constraints == NIL)
    return false;
  bool refused = false;
  domain.expressions->domainValue_datum = value;
  domain.expressions->domainValue_isNull = is_null;
  const ListCell *cell;
  foreach (cell, domain.constraints.constraints) {
    const auto *constraint = static_cast<const DomainConstraintState *>(lfirst(cell));
    refused = constraint->constrainttype == DOM_CONSTRAINT_NOTNULL
                  ? is_null
                  : !ExecCheck(constraint->check_exprstate, domain.expressions);
    if (refused)
      break;
  }
  ReScanExprContext(domain.expressions);
  return refused;
}

} // namespace upkeep::pg
