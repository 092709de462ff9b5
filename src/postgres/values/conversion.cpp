#include "postgres/values/conversion.hpp"

#include "postgres/as_user.hpp"
#include "postgres/rows/row_scan.hpp"
#include "postgres/sql/query.hpp"
#include "postgres/sql/tree_walk.hpp"
#include "postgres/subtransaction.hpp"
#include "postgres/values/conversion_steps.hpp"
#include "postgres/values/pinned_settings.hpp"
#include "postgres/values/sameness.hpp"
#include "postgres/values/text_sameness.hpp"

extern "C" {
#include <utils/ruleutils.h>
}

namespace upkeep::pg {

namespace {

bool mentions(Node *expression, AttrNumber column) {
  Bitmapset *columns = nullptr;
  pull_varattnos(expression, 1, &columns);
  return bms_is_member(column - FirstLowInvalidHeapAttributeNumber, columns) ||
         bms_is_member(0 - FirstLowInvalidHeapAttributeNumber, columns);
}

constexpr char volatile_function = 'v'; // of pg_proc.provolatile

bool is_random(Oid function, void *) {
  return function < FirstNormalObjectId && func_volatile(function) == volatile_function;
}

// random(), nextval() and their like: what it gives tells nothing of what ALTER TABLE will get. A function of a user's
// is mostly called volatile because nobody said what it is.
bool has_random(Node *node, void *context) {
  return node && (IsA(node, NextValueExpr) || check_functions_in_node(node, is_random, context) ||
                  walk_expression(node, has_random, context));
}

struct trial {
  Relation relation;
  AttrNumber column;
  const ColumnDef *definition;
  std::uint64_t most;
  bool will_run;
  bool one_by_one; // a value that fails on its way back is one that does not come back
  renamed_label **labels;
  MemoryContext memory; // of the labels
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

// A way from the new value back to what `from` gives of the row.
struct way {
  evaluation back;
  evaluation from;
  sameness same;

  bool leads_back(const trial &what) {
    if (!what.one_by_one)
      evaluation::run(&back);
    else if (!try_without_door(evaluation::run, &back))
      return false;
    evaluation::run(&from);
    if (back.is_null || from.is_null)
      return false;
    const MemoryContext outer = MemoryContextSwitchTo(back.context->ecxt_per_tuple_memory);
    const bool is_same = same(from.value, back.value);
    MemoryContextSwitchTo(outer);
    return is_same;
  }
};

// How many rows more have lost their name by this one.
std::uint64_t rename_label(const trial &what, const char *before, const char *now) {
  renamed_label *label = *what.labels;
  while (label && strcmp(label->now, now) != 0)
    label = label->next;
  if (label && strcmp(label->before, before) == 0) {
    ++label->rows;
    return 0;
  }
  const bool stays = strcmp(before, now) == 0;
  if (label && !stays)
    return 1;
  const MemoryContext outer = MemoryContextSwitchTo(what.memory);
  const std::uint64_t renamed = label ? label->rows : 0;
  if (label)
    *label = {label->now, pstrdup(before), 1, label->next};
  else
    *what.labels = new (palloc(sizeof(renamed_label))) renamed_label{pstrdup(now), pstrdup(before), 1, *what.labels};
  MemoryContextSwitchTo(outer);
  return renamed;
}

struct counting {
  tally count;
  bool is_known;
};

counting count_evaluated(const trial &what, const conversion_steps &steps) {
  EState *state = CreateExecutorState();
  ExprContext *context = GetPerTupleExprContext(state);
  const auto prepare = [&](Node *node) {
    return evaluation{ExecPrepareExpr(reinterpret_cast<Expr *>(node), state), context, 0, false};
  };
  evaluation there = prepare(steps.there);
  way ways[2];
  int known = 0;
  for (const conversion_way &each : {steps.undone, steps.cast_back})
    if (each.back)
      ways[known++] = {prepare(each.back), prepare(each.from),
                       sameness_of(exprType(each.from), exprCollation(each.from))};
  text_sameness texts = text_sameness_of(TupleDescAttr(RelationGetDescr(what.relation), what.column - 1)->atttypid,
                                         exprType(steps.there));
  const bool are_labels = texts.are_labels && mentions(steps.there, what.column);
  bool is_known = true;
  const auto finds = [&](TupleTableSlot *slot) -> std::uint64_t {
    ResetExprContext(context);
    context->ecxt_scantuple = slot;
    bool was_null;
    const Datum before = slot_getattr(slot, what.column, &was_null);
    if (was_null)
      return 0;
    evaluation::run(&there);
    if (there.is_null)
      return 1;
    context->caseValue_datum = there.value;
    context->caseValue_isNull = false;
    const MemoryContext outer = MemoryContextSwitchTo(context->ecxt_per_tuple_memory);
    const bool reads_texts = are_labels || texts.can_tell;
    const char *text_before = reads_texts ? OutputFunctionCall(&texts.before, before) : nullptr;
    const char *text_now = reads_texts ? OutputFunctionCall(&texts.now, there.value) : nullptr;
    MemoryContextSwitchTo(outer);
    if (are_labels)
      return rename_label(what, text_before, text_now);
    for (int each = 0; each < known; ++each)
      if (ways[each].leads_back(what))
        return 0;
    MemoryContextSwitchTo(context->ecxt_per_tuple_memory);
    const bool is_same = texts.can_tell && texts(text_before, text_now, there.value);
    MemoryContextSwitchTo(outer);
    is_known &= is_same || known > 0;
    return !is_same && known > 0;
  };
  const tally count = scan(what.relation, what.most, finds);
  FreeExecutorState(state);
  return {count, is_known};
}

void count_changed_rows(const trial &what, conversion_result &result) {
  const conversion_steps steps = steps_of(what.relation, what.column, what.definition);
  if (!steps.there)
    return;
  const bool is_mentioned = mentions(steps.there, what.column);
  // Nothing comes back of a value that the new one is not made of, nor of one that is made anew each time.
  const bool is_replaced =
      (!is_mentioned && (!steps.cast_back.back || what.one_by_one || has_random(steps.there, nullptr))) ||
      (what.will_run && has_random(steps.there, nullptr));
  if (!what.will_run && !is_replaced && contain_volatile_functions(steps.there))
    return;
  result.is_known = true;
  if (is_replaced) {
    result.count =
        scan(what.relation, what.most, [&](TupleTableSlot *slot) { return !slot_attisnull(slot, what.column); });
  } else if (!steps.keeps_all) {
    const counting found = count_evaluated(what, steps);
    result = {found.is_known || found.count.lost > 0, found.count};
  }
}

// Nothing with a destructor lives here. nullptr for what must not be run.
const char *deparse_using(Relation relation, const ColumnDef *definition, bool will_run, MemoryContext memory) {
  Node *made = using_of(relation, definition);
  if (!will_run && contain_volatile_functions(made))
    return nullptr;
  const int level = pin_settings();
  List *names = deparse_context_for(RelationGetRelationName(relation), RelationGetRelid(relation));
  const char *text = MemoryContextStrdup(memory, deparse_expression(made, names, false, false));
  unpin_settings(level);
  return text;
}

} // namespace

const char *using_text(Relation relation, const ColumnDef *definition, bool will_run) {
  const char *text = nullptr;
  MemoryContext memory = CurrentMemoryContext;
  const bool is_sound = run_in_subtransaction([&] { text = deparse_using(relation, definition, will_run, memory); });
  return is_sound ? text : nullptr;
}

conversion_result count_changed(Relation relation, AttrNumber column, const ColumnDef *definition, std::uint64_t most,
                                bool will_run, renamed_label *&labels) {
  // Nobody who could not alter the table may have an expression run as its owner.
  if (!call([=] { return owns_table(RelationGetRelid(relation), GetUserId()); }))
    return {};
  conversion_result result;
  bool evaluated = false;
  as_user(relation->rd_rel->relowner, SECURITY_RESTRICTED_OPERATION, [&] {
    trial what{relation, column, definition, most, will_run, false, &labels, CurrentMemoryContext};
    evaluated = run_in_subtransaction([&] { count_changed_rows(what, result); });
    if (evaluated || !definition->raw_default)
      return;
    what.one_by_one = true;
    evaluated = run_in_subtransaction([&] { count_changed_rows(what, result); });
  });
  return evaluated ? result : conversion_result{};
}

} // namespace upkeep::pg
