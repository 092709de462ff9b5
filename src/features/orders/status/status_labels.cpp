#include "features/orders/status/status_labels.hpp"

#include "core/text/joined.hpp"
#include "postgres/sql/query.hpp"
#include "postgres/trigger.hpp"
#include "postgres/values/array_elements.hpp"

#include <algorithm>

namespace upkeep::orders {

using pg::call;

namespace {

// What a condition leaves of all values; nullopt where it does not list them.
using label_list = std::optional<std::vector<std::string>>;

bool contains(const std::vector<std::string> &labels, const std::string &name) {
  return std::find(labels.begin(), labels.end(), name) != labels.end();
}

label_list both(const label_list &a, const label_list &b) {
  if (!a || !b)
    return a ? a : b;
  std::vector<std::string> common;
  for (const std::string &label : *a)
    if (contains(*b, label))
      common.push_back(label);
  return common;
}

// SUBSTRING(… FROM …) and the like are calls, though they are not written as such.
bool is_cast(const Node *node) {
  if (!IsA(node, FuncExpr))
    return false;
  const auto &function = *reinterpret_cast<const FuncExpr *>(node);
  return (function.funcformat == COERCE_EXPLICIT_CAST || function.funcformat == COERCE_IMPLICIT_CAST) &&
         function.funcid < FirstNormalObjectId;
}

// Only the server's own casts: check() must not be made to call a user's function as the table's owner.
const Node *without_casts(const Node *node) {
  while (node) {
    if (IsA(node, RelabelType))
      node = reinterpret_cast<const Node *>(reinterpret_cast<const RelabelType *>(node)->arg);
    else if (IsA(node, CoerceViaIO))
      node = reinterpret_cast<const Node *>(reinterpret_cast<const CoerceViaIO *>(node)->arg);
    else if (IsA(node, ArrayCoerceExpr))
      node = reinterpret_cast<const Node *>(reinterpret_cast<const ArrayCoerceExpr *>(node)->arg);
    else if (is_cast(node))
      node = static_cast<const Node *>(linitial(reinterpret_cast<const FuncExpr *>(node)->args));
    else
      break;
  }
  return node;
}

// Reads the conditions on one value: a column of a table, or what a domain holds.
class condition_reader {
public:
  explicit condition_reader(AttrNumber column) : column(column) {}

  label_list read(const Node *node) const {
    if (IsA(node, ScalarArrayOpExpr)) {
      const auto &any = *reinterpret_cast<const ScalarArrayOpExpr *>(node);
      return any.useOr && is_equality(any.opno) && is_value(first(any.args)) ? elements(second(any.args))
                                                                             : std::nullopt;
    }
    if (IsA(node, OpExpr)) {
      const auto &op = *reinterpret_cast<const OpExpr *>(node);
      if (list_length(op.args) != 2 || !is_equality(op.opno))
        return std::nullopt;
      return is_value(first(op.args))    ? constant(second(op.args))
             : is_value(second(op.args)) ? constant(first(op.args))
                                         : std::nullopt;
    }
    if (IsA(node, NullTest)) {
      const auto &test = *reinterpret_cast<const NullTest *>(node);
      return test.nulltesttype == IS_NULL && is_value(reinterpret_cast<const Node *>(test.arg))
                 ? label_list(std::in_place)
                 : std::nullopt;
    }
    return IsA(node, BoolExpr) ? read_all(*reinterpret_cast<const BoolExpr *>(node)) : std::nullopt;
  }

private:
  static const Node *first(const List *list) { return static_cast<const Node *>(linitial(list)); }
  static const Node *second(const List *list) { return static_cast<const Node *>(lsecond(list)); }

  static bool is_equality(Oid op) {
    return op < FirstNormalObjectId && pg::string_from([=] { return get_opname(op); }) == "=";
  }

  bool is_value(const Node *node) const {
    const Node *bare = without_casts(node);
    return column ? IsA(bare, Var) && reinterpret_cast<const Var *>(bare)->varattno == column
                  : IsA(bare, CoerceToDomainValue);
  }

  label_list read_all(const BoolExpr &all) const {
    label_list result;
    const ListCell *cell;
    foreach (cell, all.args) {
      const label_list part = read(static_cast<const Node *>(lfirst(cell)));
      if (all.boolop == AND_EXPR)
        result = both(result, part);
      else if (all.boolop == NOT_EXPR || !part)
        return std::nullopt;
      else if (!result)
        result = part;
      else
        result->insert(result->end(), part->begin(), part->end());
    }
    return result;
  }

  static std::string text_of(Oid type, Datum value) {
    std::string text = pg::string_from([=] {
      Oid output;
      bool is_varlena;
      getTypeOutputInfo(type, &output, &is_varlena);
      return OidOutputFunctionCall(output, value);
    });
    if (type == BPCHAROID)
      text.erase(text.find_last_not_of(' ') + 1);
    return text;
  }

  // One constant, or the elements of a constant array; a NULL is not a label.
  static label_list constant(const Node *node) {
    const Node *bare = without_casts(node);
    if (!bare || !IsA(bare, Const))
      return std::nullopt;
    const Const &value = *reinterpret_cast<const Const *>(bare);
    std::vector<std::string> labels;
    const Oid element = call([&] { return get_element_type(value.consttype); });
    if (!value.constisnull && !OidIsValid(element))
      labels.push_back(text_of(value.consttype, value.constvalue));
    else if (!value.constisnull) {
      const pg::array_elements all = pg::elements_of(value.constvalue, element);
      for (int i = 0; i < all.count; ++i)
        if (!all.nulls[i])
          labels.push_back(text_of(element, all.values[i]));
    }
    return labels;
  }

  static label_list elements(const Node *node) {
    const Node *bare = without_casts(node);
    if (!bare || !IsA(bare, ArrayExpr))
      return constant(bare);
    std::vector<std::string> labels;
    const ListCell *cell;
    foreach (cell, reinterpret_cast<const ArrayExpr *>(bare)->elements) {
      const label_list one = constant(static_cast<const Node *>(lfirst(cell)));
      if (!one)
        return std::nullopt;
      labels.insert(labels.end(), one->begin(), one->end());
    }
    return labels;
  }

  AttrNumber column; // or 0 for a domain's value
};

label_list read_conditions(const char *of, Oid object, AttrNumber column) {
  const pg::parameter parameters[] = {pg::parameter::oid(object)};
  const pg::rows found = pg::execute(pg::sql(R"sql(
    SELECT c.conbin::pg_catalog.text
    FROM pg_catalog.pg_constraint c
    WHERE c.{of} [=] $1 AND c.contype [=] 'c' AND c.convalidated
  )sql",
                                             "of"_is = pg::identifier{of}),
                                     parameters);
  label_list labels;
  for (std::uint64_t row = 0; row < found.count(); ++row) {
    const std::string condition = found.text(row, 1).value();
    labels = both(labels, condition_reader(column).read(
                              static_cast<const Node *>(call([&] { return stringToNode(condition.c_str()); }))));
  }
  return labels;
}

label_list enum_labels(Oid type) {
  const pg::parameter parameters[] = {pg::parameter::oid(type)};
  const pg::rows found = pg::execute(pg::sql(R"sql(
    SELECT e.enumlabel FROM pg_catalog.pg_enum e WHERE e.enumtypid [=] $1 ORDER BY e.enumsortorder
  )sql"),
                                     parameters);
  std::vector<std::string> labels;
  for (std::uint64_t row = 0; row < found.count(); ++row)
    labels.push_back(found.text(row, 1).value());
  return labels;
}

std::string quoted_list(const std::vector<std::string> &names) {
  return names.empty() ? "" : fmt::format("\"{}\"", joined(names, "\", \""));
}

std::vector<std::string> missing_from(const std::vector<std::string> &labels, const std::vector<std::string> &names) {
  std::vector<std::string> missing;
  for (const std::string &name : names)
    if (!contains(labels, name) && !contains(missing, name))
      missing.push_back(name);
  return missing;
}

[[noreturn]] void no_labels(Relation table, const std::string &column, const char *option,
                            const std::vector<std::string> &names, const std::vector<std::string> &labels) {
  throw fault{.sqlstate = sqlstate::invalid_parameter_value,
              .message = fmt::format("column \"{}\" of table \"{}\" has no label {}, named by {}", column,
                                     pg::table_name(table), quoted_list(names), option),
              .detail = fmt::format("Its labels are {}.", quoted_list(labels)),
              .hint = fmt::format("Pass {} with labels that the column can have.", option)};
}

// British and American English.
bool is_spelled_otherwise(const std::vector<std::string> &labels, const std::string &name) {
  return (name == "cancelled" && contains(labels, "canceled")) || (name == "canceled" && contains(labels, "cancelled"));
}

// But for a second spelling of one that is there; and where neither is, for the second.
void notice_left_out(Relation table, const std::string &column, const char *option, std::vector<std::string> names,
                     const std::vector<std::string> &labels) {
  std::erase_if(names, [&](const std::string &name) { return is_spelled_otherwise(labels, name); });
  if (contains(names, "cancelled"))
    std::erase(names, "canceled");
  if (names.empty())
    return;
  const std::string left_out = quoted_list(names), known = quoted_list(labels);
  call([&] {
    ereport(NOTICE,
            errmsg("%s of the usual %s left out: column \"%s\" of table \"%s\" has no such label", left_out.c_str(),
                   option, column.c_str(), RelationGetRelationName(table)),
            errdetail("Its labels are %s.", known.c_str()), errhint("Pass %s to name others.", option));
  });
}

} // namespace

label_list status_labels(Relation table, const std::string &column) {
  const AttrNumber number = pg::find_column(RelationGetDescr(table), column);
  if (!number)
    return std::nullopt;
  const FormData_pg_attribute &attribute = *TupleDescAttr(RelationGetDescr(table), number - 1);
  // Where capitals do not count, no list has all that can stand there.
  if (OidIsValid(attribute.attcollation) &&
      !call([&] { return get_collation_isdeterministic(attribute.attcollation); }))
    return std::nullopt;
  label_list labels = read_conditions("conrelid", RelationGetRelid(table), number);
  Oid type = attribute.atttypid;
  while (call([=] { return get_typtype(type); }) == TYPTYPE_DOMAIN) {
    labels = both(labels, read_conditions("contypid", type, InvalidAttrNumber));
    type = call([=] {
      const HeapTuple found = SearchSysCache1(TYPEOID, ObjectIdGetDatum(type));
      const Oid base = reinterpret_cast<Form_pg_type>(GETSTRUCT(found))->typbasetype;
      ReleaseSysCache(found);
      return base;
    });
  }
  if (call([=] { return get_typtype(type); }) == TYPTYPE_ENUM)
    return both(enum_labels(type), labels);
  return type < FirstNormalObjectId ? labels : std::nullopt;
}

void require_labels(Relation table, const std::string &column, const status_names &given) {
  const label_list labels = status_labels(table, column);
  if (!labels)
    return;
  if (const std::vector<std::string> missing = missing_from(*labels, given.names); !missing.empty())
    no_labels(table, column, given.option, missing, *labels);
}

void fit_labels(Relation table, const std::string &column, trigger_arguments &arguments, const status_names &usual,
                bool needs_one) {
  const label_list labels = status_labels(table, column);
  if (!labels)
    return;
  const option_list options = arguments.options();
  std::vector<std::string> names =
      find_option(options, usual.option) ? pg::list_option(options, usual.option) : usual.names;
  const std::vector<std::string> missing = missing_from(*labels, names);
  if (!missing.empty() && (names != usual.names || (needs_one && missing.size() == names.size())))
    no_labels(table, column, usual.option, missing, *labels);
  notice_left_out(table, column, usual.option, missing, *labels);
  std::erase_if(names, [&](const std::string &name) { return contains(missing, name); });
  arguments.append(usual.option, pg::join_names(names));
}

void require_labels_still(Relation table, const std::string &column, const option_list &options, const char *option,
                          bool needs_one) {
  const std::vector<std::string> names = pg::list_option(options, option);
  if (find_option(options, option))
    return require_labels(table, column, {option, names});
  const label_list labels = status_labels(table, column);
  if (labels && needs_one && missing_from(*labels, names).size() == names.size())
    no_labels(table, column, option, names, *labels);
}

} // namespace upkeep::orders
