#include "postgres/rows/row_values.hpp"

#include "postgres/boundary.hpp"
#include "postgres/sql/tree_walk.hpp"

extern "C" {
#include <access/transam.h>
}

namespace upkeep::pg {

namespace {

bool is_foreign_function(Oid function, void *) { return function >= FirstNormalObjectId; }

// The constraints of a domain are anybody's.
bool has_foreign_code(Node *node, void *) {
  return node && (IsA(node, CoerceToDomain) || check_functions_in_node(node, is_foreign_function, nullptr) ||
                  walk_expression(node, has_foreign_code, nullptr));
}

} // namespace

row_values begin_row_values() { return {CreateStandaloneExprContext(), 0}; }

row_value prepare_value(row_values &values, const row_expression &expression) {
  if (expression.column() == 0)
    return {0, ExecInitExpr(expression.tree(), nullptr)};
  if (values.most < expression.column())
    values.most = expression.column();
  return {expression.column(), nullptr};
}

bool calls_foreign_code(const row_expression &expression) {
  return expression.column() == 0 &&
         call([&] { return has_foreign_code(reinterpret_cast<Node *>(expression.tree()), nullptr); });
}

} // namespace upkeep::pg
