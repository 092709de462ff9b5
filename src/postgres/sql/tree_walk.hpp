// Walking PostgreSQL's trees: its walkers take functions of another type in each major.
#pragma once

#include "postgres/boundary.hpp"

namespace upkeep::pg {

using node_visitor = bool (*)(Node *, void *);

// Whether `visit` says true of a node below this one of a parse tree, or of an analysed expression. Nothing with a
// destructor lives here: it is called through the door as a whole.
inline bool walk_raw(Node *node, node_visitor visit, void *context) {
#if PG_VERSION_NUM >= 160000
  return raw_expression_tree_walker_impl(node, visit, context);
#else
  return raw_expression_tree_walker(node, reinterpret_cast<bool (*)()>(reinterpret_cast<void (*)()>(visit)), context);
#endif
}

inline bool walk_expression(Node *node, node_visitor visit, void *context) {
#if PG_VERSION_NUM >= 160000
  return expression_tree_walker_impl(node, visit, context);
#else
  return expression_tree_walker(node, reinterpret_cast<bool (*)()>(reinterpret_cast<void (*)()>(visit)), context);
#endif
}

} // namespace upkeep::pg
