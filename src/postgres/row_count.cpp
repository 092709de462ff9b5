#include "postgres/row_count.hpp"

#include "postgres/attempt.hpp"
#include "postgres/query.hpp"

namespace upkeep::pg {

namespace {

// Visits rows until `most` were seen and something was found. Nothing with a destructor lives here: it is called
// through the door as a whole.
template <class Finds> tally scan(Relation relation, std::uint64_t most, Finds finds) {
  tally count;
  if (!RELKIND_HAS_STORAGE(relation->rd_rel->relkind))
    return count;
  Snapshot snapshot = RegisterSnapshot(GetLatestSnapshot());
  TupleTableSlot *slot = table_slot_create(relation, nullptr);
  TableScanDesc rows = table_beginscan(relation, snapshot, 0, nullptr);
  while (table_scan_getnextslot(rows, ForwardScanDirection, slot)) {
    CHECK_FOR_INTERRUPTS();
    if (count.rows >= most && count.lost > 0) {
      count.is_complete = false;
      break;
    }
    ++count.rows;
    count.lost += finds(slot);
  }
  table_endscan(rows);
  ExecDropSingleTupleTableSlot(slot);
  UnregisterSnapshot(snapshot);
  return count;
}

} // namespace

tally count_rows(Relation relation, std::uint64_t most) {
  return call([=] { return scan(relation, most, [](TupleTableSlot *) { return true; }); });
}

tally count_values(Relation relation, AttrNumber column, std::uint64_t most) {
  return call(
      [=] { return scan(relation, most, [=](TupleTableSlot *slot) { return !slot_attisnull(slot, column); }); });
}

tally count_dropped_values(Relation relation, AttrNumber column, bool unwritten) {
  return call([=] {
    return scan(relation, UINT64_MAX, [=](TupleTableSlot *slot) {
      bool is_copy = false;
      HeapTuple row = unwritten ? ExecFetchSlotHeapTuple(slot, false, &is_copy) : nullptr;
      const bool is_older = row && HeapTupleHeaderGetNatts(row->t_data) < column;
      if (is_copy)
        heap_freetuple(row);
      return is_older || !slot_attisnull(slot, column);
    });
  });
}

tally count_nulls(Relation relation, AttrNumber column, std::uint64_t most) {
  return call([=] { return scan(relation, most, [=](TupleTableSlot *slot) { return slot_attisnull(slot, column); }); });
}

namespace {

// There: what ALTER TABLE makes of the value; and back again: nullptr where no cast leads there.
struct conversion {
  Node *there;
  Node *back;
};

conversion conversion_of(Relation relation, AttrNumber column, const ColumnDef *definition) {
  const FormData_pg_attribute &attribute = *TupleDescAttr(RelationGetDescr(relation), column - 1);
  ParseState *state = make_parsestate(nullptr);
  addNSItemToQuery(state, addRangeTableEntryForRelation(state, relation, AccessShareLock, nullptr, false, true), false,
                   true, true);
  Oid type;
  int32 modifier;
  typenameTypeIdAndMod(state, definition->typeName, &type, &modifier);
  Node *value = definition->raw_default
                    ? transformExpr(state, static_cast<Node *>(copyObjectImpl(definition->raw_default)),
                                    EXPR_KIND_ALTER_COL_TRANSFORM)
                    : reinterpret_cast<Node *>(
                          makeVar(1, column, attribute.atttypid, attribute.atttypmod, attribute.attcollation, 0));
  // An explicit cast cuts off where ALTER TABLE would fail: both are told as a loss.
  const auto cast = [&](Node *from, Oid to, int32 to_modifier) {
    return from ? coerce_to_target_type(state, from, exprType(from), to, to_modifier, COERCION_EXPLICIT,
                                        COERCE_EXPLICIT_CAST, -1)
                : nullptr;
  };
  conversion result;
  result.there = cast(value, type, modifier);
  result.back = cast(result.there, attribute.atttypid, attribute.atttypmod);
  if (result.there)
    assign_expr_collations(state, result.back ? result.back : result.there);
  return result;
}

// Nothing but a new label on the same bytes: varchar(10) to varchar(20), or to text.
bool keeps_every_value(Node *there) {
  Node *planned = reinterpret_cast<Node *>(expression_planner(static_cast<Expr *>(copyObjectImpl(there))));
  while (IsA(planned, RelabelType))
    planned = reinterpret_cast<Node *>(reinterpret_cast<RelabelType *>(planned)->arg);
  return IsA(planned, Var);
}

Datum as_jsonb(const char *json) { return DirectFunctionCall1(jsonb_in, CStringGetDatum(json)); }

// Whether two values of the column's type are the same: by its equality, json by jsonb's, else by their texts.
struct sameness {
  FmgrInfo *equal;
  Oid collation;
  FmgrInfo output;
  bool is_json;

  bool operator()(Datum a, Datum b) {
    if (equal)
      return DatumGetBool(FunctionCall2Coll(equal, collation, a, b));
    const char *text_a = OutputFunctionCall(&output, a), *text_b = OutputFunctionCall(&output, b);
    if (strcmp(text_a, text_b) == 0)
      return true;
    return is_json && DatumGetBool(DirectFunctionCall2(jsonb_eq, as_jsonb(text_a), as_jsonb(text_b)));
  }
};

sameness sameness_of(const FormData_pg_attribute &attribute) {
  sameness same{};
  TypeCacheEntry *type = lookup_type_cache(attribute.atttypid, TYPECACHE_EQ_OPR_FINFO);
  same.equal = OidIsValid(type->eq_opr_finfo.fn_oid) ? &type->eq_opr_finfo : nullptr;
  same.collation = OidIsValid(attribute.attcollation) ? attribute.attcollation : DEFAULT_COLLATION_OID;
  Oid output;
  bool is_varlena;
  getTypeOutputInfo(attribute.atttypid, &output, &is_varlena);
  fmgr_info(output, &same.output);
  same.is_json = attribute.atttypid == JSONOID;
  return same;
}

bool mentions(Node *expression, AttrNumber column) {
  Bitmapset *columns = nullptr;
  pull_varattnos(expression, 1, &columns);
  return bms_is_member(column - FirstLowInvalidHeapAttributeNumber, columns) ||
         bms_is_member(0 - FirstLowInvalidHeapAttributeNumber, columns);
}

struct trial {
  Relation relation;
  AttrNumber column;
  const ColumnDef *definition;
  std::uint64_t most;
  bool will_run;
  bool one_by_one; // a value that fails on its way back is one that does not come back
};

struct evaluation {
  ExprState *expression;
  ExprContext *context;
  Datum value;
  bool is_null;

  static void run(void *argument) {
    auto *what = static_cast<evaluation *>(argument);
    what->value = ExecEvalExprSwitchContext(what->expression, what->context, &what->is_null);
  }
};

tally count_evaluated(const trial &what, const conversion &ways) {
  EState *state = CreateExecutorState();
  ExprContext *context = GetPerTupleExprContext(state);
  evaluation there{ExecPrepareExpr(reinterpret_cast<Expr *>(ways.there), state), context, 0, false};
  evaluation back = there;
  if (ways.back)
    back.expression = ExecPrepareExpr(reinterpret_cast<Expr *>(ways.back), state);
  sameness same = sameness_of(*TupleDescAttr(RelationGetDescr(what.relation), what.column - 1));
  const tally count = scan(what.relation, what.most, [&](TupleTableSlot *slot) {
    ResetExprContext(context);
    context->ecxt_scantuple = slot;
    bool was_null;
    const Datum before = slot_getattr(slot, what.column, &was_null);
    if (was_null)
      return false;
    if (what.one_by_one) {
      evaluation::run(&there);
      if (!try_without_door(evaluation::run, &back))
        return true;
    } else {
      evaluation::run(&back);
    }
    if (back.is_null || !ways.back)
      return back.is_null;
    const MemoryContext outer = MemoryContextSwitchTo(context->ecxt_per_tuple_memory);
    const bool is_same = same(before, back.value);
    MemoryContextSwitchTo(outer);
    return !is_same;
  });
  FreeExecutorState(state);
  return count;
}

void count_changed_rows(const trial &what, conversion_result &result) {
  const conversion ways = conversion_of(what.relation, what.column, what.definition);
  if (!ways.there)
    return;
  // Nothing comes back of a value that the new one is not made of.
  const bool is_replaced = (!ways.back || what.one_by_one) && !mentions(ways.there, what.column);
  if (!what.will_run && !is_replaced && contain_volatile_functions(ways.there))
    return;
  result.is_free = !what.definition->raw_default && ways.back && keeps_every_value(ways.there);
  if (is_replaced)
    result.count =
        scan(what.relation, what.most, [&](TupleTableSlot *slot) { return !slot_attisnull(slot, what.column); });
  else if (!result.is_free)
    result.count = count_evaluated(what, ways);
  result.is_known = ways.back || is_replaced || result.count.lost > 0;
}

} // namespace

conversion_result count_changed(Relation relation, AttrNumber column, const ColumnDef *definition, std::uint64_t most,
                                bool will_run) {
  // Whoever could not alter the table must not have an expression run as its owner.
  if (!call([=] { return owns_table(RelationGetRelid(relation), GetUserId()); }))
    return {};
  conversion_result result;
  bool evaluated = false;
  as_user(relation->rd_rel->relowner, SECURITY_RESTRICTED_OPERATION, [&] {
    trial what{relation, column, definition, most, will_run, false};
    evaluated = attempt([&] { count_changed_rows(what, result); });
    if (evaluated || !definition->raw_default)
      return;
    what.one_by_one = true;
    evaluated = attempt([&] { count_changed_rows(what, result); });
  });
  return evaluated ? result : conversion_result{};
}

} // namespace upkeep::pg
