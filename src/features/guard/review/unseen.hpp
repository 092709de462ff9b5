// What a statement runs that its text does not show.
#pragma once

#include "postgres/sql/text.hpp"

namespace upkeep::guard {

struct unseen_code {
  std::string object; // a function's name; "" for a block
  std::string text;
};

// What a query is made of, wherever it stands in it.
struct query_parts {
  std::vector<const Node *> writes; // UPDATE and DELETE
  std::vector<const FuncCall *> calls;
};

// Of SELECT, INSERT, UPDATE, DELETE and MERGE; nothing for what is not a query.
query_parts parts_of(const Node *statement);

// DO, CALL, and functions that are not known to write nothing: PostgreSQL's own, those of this extension, what is
// immutable or stable, and what is declared safe for parallel queries. Needs an SPI connection.
std::vector<unseen_code> unseen_in(const Node *statement, const query_parts &parts);

} // namespace upkeep::guard
