// A row of the target before it is written.
#include "features/rollups/first_trigger.hpp"
#include "features/rollups/target/made_rows.hpp"
#include "features/rollups/target/row_figures.hpp"
#include "features/rollups/target/target_side.hpp"
#include "postgres/executor/marked_statement.hpp"
#include "postgres/executor/running_executor.hpp"
#include "postgres/executor/running_statements.hpp"
#include "postgres/memory.hpp"
#include "postgres/rows/row.hpp"

#include <algorithm>

namespace upkeep::rollups {

using pg::call;

namespace {

// What one statement needs. It lives in the memory of the executor.
struct target_work {
  std::shared_ptr<const target_plan> plan;
  std::uint64_t plans_dropped_before;
  bool works_on_insert, works_on_update; // else another trigger does
  const EState *executor;
  std::vector<group_keys> keys;           // one for each part
  std::optional<figure_reader> reader;    // once some row has needed the sources
  std::vector<void *> domain_caches = {}; // one for each fed column
};

HeapTuple row_to_write(const TriggerData &trigger) {
  return TRIGGER_FIRED_BY_UPDATE(trigger.tg_event) ? trigger.tg_newtuple : trigger.tg_trigtuple;
}

// As if the trigger had fired for the other event.
bool works_on(TriggerData trigger, TriggerEvent event) {
  trigger.tg_event = TRIGGER_EVENT_ROW | TRIGGER_EVENT_BEFORE | event;
  return call([&] { return is_first(trigger); });
}

target_work &make_work(FunctionCallInfo fcinfo, const TriggerData &trigger) {
  MemoryContext memory = fcinfo->flinfo->fn_mcxt;
  const std::uint64_t dropped_before = pg::dropped_plans;
  std::shared_ptr<const target_plan> plan = plan_of_target(trigger);
  std::vector<group_keys> keys;
  for (const target_part &part : plan->parts)
    keys.emplace_back(part.keys, memory);
  auto &work = pg::make_in<target_work>(
      memory, target_work{std::move(plan), dropped_before, works_on(trigger, TRIGGER_EVENT_INSERT),
                          works_on(trigger, TRIGGER_EVENT_UPDATE), pg::executor_of(trigger.tg_trigslot->tts_mcxt),
                          std::move(keys), std::nullopt});
  fcinfo->flinfo->fn_extra = &work;
  return work;
}

target_work &work_of(FunctionCallInfo fcinfo, const TriggerData &trigger) {
  auto *known = static_cast<target_work *>(fcinfo->flinfo->fn_extra);
  return known && known->plans_dropped_before == pg::dropped_plans ? *known : make_work(fcinfo, trigger);
}

figure_reader &reader_of(FunctionCallInfo fcinfo, const TriggerData &trigger, target_work &work) {
  if (!work.reader) {
    work.reader.emplace(plan_with_sources(trigger), fcinfo->flinfo->fn_mcxt);
    work.domain_caches.resize(work.reader->plan->sources->columns.size());
  }
  return *work.reader;
}

// The values of a row, by column, in the memory of the call.
struct row_columns {
  Datum *values;
  bool *nulls;
};
row_columns columns_of(HeapTuple row, Relation table) {
  return call([=] {
    TupleDesc descriptor = RelationGetDescr(table);
    const row_columns columns{static_cast<Datum *>(palloc(sizeof(Datum) * descriptor->natts)),
                              static_cast<bool *>(palloc(sizeof(bool) * descriptor->natts))};
    heap_deform_tuple(row, descriptor, columns.values, columns.nulls);
    return columns;
  });
}

// What is to be put into a row.
class replacement {
public:
  replacement(HeapTuple row, Relation table, const row_columns &given) : row(row), table(table), given(given) {}

  void set(AttrNumber column, Datum value, bool is_null) {
    const FormData_pg_attribute &attribute = *TupleDescAttr(RelationGetDescr(table), column - 1);
    const Datum now = given.values[column - 1];
    const bool is_same = is_null || given.nulls[column - 1]
                             ? is_null == given.nulls[column - 1]
                             : call([&] { return datum_image_eq(now, value, attribute.attbyval, attribute.attlen); });
    if (is_same)
      return;
    numbers.push_back(column);
    values.push_back(value);
    nulls.push_back(is_null);
  }

  HeapTuple made() {
    if (numbers.empty())
      return row;
    const auto null_flags = std::make_unique<bool[]>(nulls.size());
    std::copy(nulls.begin(), nulls.end(), null_flags.get());
    return call([&] {
      return heap_modify_tuple_by_cols(row, RelationGetDescr(table), static_cast<int>(numbers.size()), numbers.data(),
                                       values.data(), null_flags.get());
    });
  }

private:
  HeapTuple row;
  Relation table;
  const row_columns &given;
  std::vector<int> numbers;
  std::vector<Datum> values;
  std::vector<char> nulls;
};

void check_domain(FunctionCallInfo fcinfo, target_work &work, std::size_t number, const NullableDatum &value) {
  const pg::column_info &column = work.reader->plan->sources->columns[number].column;
  if (OidIsValid(column.domain))
    call([&] {
      domain_check(value.value, value.isnull, column.declared, &work.domain_caches[number], fcinfo->flinfo->fn_mcxt);
    });
}

// The wanted figures as the sources say them.
void put_expected(FunctionCallInfo fcinfo, target_work &work, const row_columns &row, const std::vector<bool> &wanted,
                  const read_terms &terms, replacement &into) {
  figure_reader &reader = *work.reader;
  const std::vector<NullableDatum> figures = figures_of_row(reader, row.values, row.nulls, wanted, terms);
  for (std::size_t i = 0; i < figures.size(); ++i)
    if (wanted[i]) {
      check_domain(fcinfo, work, i, figures[i]);
      into.set(reader.plan->sources->columns[i].column.number, figures[i].value, figures[i].isnull);
    }
}

// Whether what was read for the row is to be read again: until it is there nobody finds it, and whoever held its key in
// the unique index may have changed a source, then taken their own row away.
bool is_to_be_noted(const target_plan &plan, bool starts_empty) {
  return !starts_empty || std::ranges::any_of(plan.sources->list, [](const auto &each) { return each->may_precede; });
}

// The row that `into` makes, with the wanted figures as the sources say them.
HeapTuple with_expected(FunctionCallInfo fcinfo, const TriggerData &trigger, target_work &work, const row_columns &row,
                        const std::vector<bool> &wanted, bool starts_empty, replacement &into) {
  put_expected(fcinfo, work, row, wanted, {.own = work.executor, .starts_empty = starts_empty}, into);
  const HeapTuple made = into.made();
  if (is_to_be_noted(*work.reader->plan, starts_empty)) {
    const row_columns written = columns_of(made, trigger.tg_relation);
    note_made(*work.reader->plan, RelationGetDescr(trigger.tg_relation), work.executor, written.values, written.nulls);
  }
  return made;
}

const PlannedStmt *statement_of(const target_work &work) {
  return work.executor ? work.executor->es_plannedstmt : nullptr;
}

// An UPDATE inserts what it moves to another partition: BEFORE UPDATE has fired for the row.
bool only_moves(const target_work &work) {
  const PlannedStmt *statement = statement_of(work);
  return statement && statement->commandType == CMD_UPDATE && !statement->hasModifyingCTE;
}

bool changes_key_on_conflict(const target_plan &plan, const Plan *tree) {
  if (!IsA(tree, ModifyTable))
    return true;
  const auto &insertion = *reinterpret_cast<const ModifyTable *>(tree);
  return insertion.onConflictAction == ONCONFLICT_UPDATE && std::ranges::any_of(plan.root_keys, [&](AttrNumber key) {
           return list_member_int(insertion.onConflictCols, key);
         });
}

// Whether the statement only adds rows with keys, so that no key is free that rows of a source have. COPY has no plan.
bool only_inserts(const target_work &work) {
  const PlannedStmt *statement = statement_of(work);
  return !statement || (statement->commandType == CMD_INSERT && !statement->hasModifyingCTE &&
                        !changes_key_on_conflict(*work.plan, statement->planTree));
}

bool inserts(const target_work &work) {
  const PlannedStmt *statement = statement_of(work);
  return statement && statement->commandType == CMD_INSERT && !statement->hasModifyingCTE;
}

HeapTuple on_insert(FunctionCallInfo fcinfo, const TriggerData &trigger, target_work &work) {
  if (only_moves(work))
    return trigger.tg_trigtuple;
  const figure_reader &reader = reader_of(fcinfo, trigger, work);
  const row_columns row = columns_of(trigger.tg_trigtuple, trigger.tg_relation);
  replacement into(trigger.tg_trigtuple, trigger.tg_relation, row);
  const std::vector<bool> all(reader.plan->sources->columns.size(), true);
  const bool starts_empty = pg::runs_alone(work.executor) && only_inserts(work);
  return with_expected(fcinfo, trigger, work, row, all, starts_empty, into);
}

// For each part whether its key has another value, whatever bytes say it.
std::vector<bool> changed_keys(target_work &work, const row_columns &before, const row_columns &after) {
  std::vector<bool> changed;
  for (std::size_t i = 0; i < work.plan->parts.size(); ++i) {
    const key_value old_key = key_of_row(work.plan->parts[i], before.values, before.nulls),
                    new_key = key_of_row(work.plan->parts[i], after.values, after.nulls);
    changed.push_back(!call([&] { return work.keys[i].is_same(old_key, new_key); }));
  }
  return changed;
}

HeapTuple on_update(FunctionCallInfo fcinfo, const TriggerData &trigger, target_work &work) {
  const row_columns before = columns_of(trigger.tg_trigtuple, trigger.tg_relation),
                    after = columns_of(trigger.tg_newtuple, trigger.tg_relation);
  replacement into(trigger.tg_newtuple, trigger.tg_relation, after);
  const std::vector<bool> changed = changed_keys(work, before, after);
  const auto keep = [&](AttrNumber column) { into.set(column, before.values[column - 1], before.nulls[column - 1]); };
  if (std::ranges::find(changed, true) == changed.end()) {
    std::ranges::for_each(work.plan->figures, keep);
    return into.made();
  }
  const std::vector<fed_column> &columns = reader_of(fcinfo, trigger, work).plan->sources->columns;
  std::vector<bool> wanted(columns.size());
  for (std::size_t i = 0; i < columns.size(); ++i) {
    wanted[i] = std::ranges::any_of(columns[i].feeds, [&](const auto &feed) { return changed[feed.part]; });
    if (!wanted[i])
      keep(columns[i].column.number);
  }
  return with_expected(fcinfo, trigger, work, after, wanted, false, into);
}

// Once a row: nothing here may need a destructor when PostgreSQL raises.
bool changes_anything(const TriggerData &trigger, const target_work &work) {
  const auto &layout = *reinterpret_cast<const pg::layout *>(work.plan->layout.data());
  return pg::compare(layout, RelationGetDescr(trigger.tg_relation), trigger.tg_trigtuple, trigger.tg_newtuple).changed;
}

} // namespace

HeapTuple before_target_row(FunctionCallInfo fcinfo, const TriggerData &trigger) {
  const bool updates = TRIGGER_FIRED_BY_UPDATE(trigger.tg_event);
  // What history puts back is not among these: rows of the sources come back too, and are counted then.
  if (pg::is_fired_by(pg::own_statement::rollup))
    return row_to_write(trigger);
  target_work &work = work_of(fcinfo, trigger);
  if (!(updates ? work.works_on_update : work.works_on_insert))
    return row_to_write(trigger);
  // ON CONFLICT DO UPDATE: the row that was to be inserted is there, and may be waited for.
  if (updates && inserts(work))
    forget_last_made(work.executor);
  if (updates && !changes_anything(trigger, work))
    return row_to_write(trigger);
  return updates ? on_update(fcinfo, trigger, work) : on_insert(fcinfo, trigger, work);
}

} // namespace upkeep::rollups
