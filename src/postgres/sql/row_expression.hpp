// Expressions over the columns of one row of a table, as clients write them: checked as those of an index are, and kept
// as a text that means the same under any search_path and any settings.
#pragma once

#include "postgres/compat.hpp"

#include <memory>
#include <string>
#include <vector>

namespace upkeep::pg {

// One expression as its text has it, before any name is looked up; in the current memory context. Throws 42601 for what
// is none, or more than one; `what` opens the message.
Node *parse_expression(const std::string &text, const std::string &what);

// What the value of an expression is coerced to, as an assignment does; by default nothing.
struct value_type {
  Oid type = InvalidOid;
  std::int32_t modifier = -1;
};

// An expression whose names are looked up in one table. Copies share its trees, which live as long as one of them.
class row_expression {
public:
  row_expression() = default;
  // Names are looked up by the search_path of the moment. Throws 0A000 for subqueries, aggregates, window functions,
  // sets, whole rows, system columns and virtual columns; 42P17 for what is not immutable; 42804 for a value that
  // cannot be assigned to `to`; 42501 for functions and domains that belong neither to the table's owner nor to a
  // superuser, since it will run with that owner's rights; what PostgreSQL raises for names that it does not find.
  // `what` opens the messages.
  row_expression(Node *raw, Relation table, value_type to, const std::string &what);

  explicit operator bool() const { return memory != nullptr; }

  // As it was written, with every name qualified that a session could turn; and with the coercion. Both are for
  // queries in which the table is the only one in scope, under pinned settings.
  const std::string &text() const { return plain_text; }
  const std::string &sql() const { return coerced_text; }

  Oid type() const { return value; }
  const std::vector<AttrNumber> &columns() const { return read; }
  // The column that it is, 0 where it is more than one.
  AttrNumber column() const { return single; }
  // For the executor: a row of the table is the tuple scanned.
  Expr *tree() const { return planned; }

private:
  std::shared_ptr<void> memory;
  Node *analysed = nullptr;
  Expr *planned = nullptr;
  std::string plain_text, coerced_text;
  Oid value = InvalidOid;
  AttrNumber single = 0;
  std::vector<AttrNumber> read;
};

// The expression's text after a column of its table was renamed; the same text where it does not name it. Throws 42601
// for what is no expression.
std::string rename_in_expression(const std::string &text, const std::string &from, const std::string &to);

// The columns that it names, each once. Nothing is looked up: it may be anybody's text. Throws 42601.
std::vector<std::string> columns_in_expression(const std::string &text);

} // namespace upkeep::pg
