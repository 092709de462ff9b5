#include "postgres/sql/named_rows.hpp"

#include "postgres/sql/query.hpp"

extern "C" {
#include <utils/queryenvironment.h>
}

namespace upkeep::pg {

namespace {

struct row_keeper {
  DestReceiver base; // first: PostgreSQL knows no more of it
  Tuplestorestate *store;
  TupleDesc columns;
  MemoryContext memory;
};

void note_columns(DestReceiver *self, int, TupleDesc columns) {
  auto &into = *reinterpret_cast<row_keeper *>(self);
  MemoryContext before = MemoryContextSwitchTo(into.memory);
  into.columns = CreateTupleDescCopy(columns);
  MemoryContextSwitchTo(before);
}

bool keep_row(TupleTableSlot *row, DestReceiver *self) {
  tuplestore_puttupleslot(reinterpret_cast<row_keeper *>(self)->store, row);
  return true;
}

ParamListInfo parameter_list(std::span<const parameter> parameters) {
  ParamListInfo list = makeParamList(static_cast<int>(parameters.size()));
  for (std::size_t i = 0; i < parameters.size(); ++i)
    list->params[i] = {parameters[i].value, parameters[i].is_null, PARAM_FLAG_CONST, parameters[i].type};
  return list;
}

void register_rows(const char *name, const row_keeper &kept) {
  auto *relation = static_cast<EphemeralNamedRelation>(palloc0(sizeof(EphemeralNamedRelationData)));
  relation->md.name = pstrdup(name);
  relation->md.tupdesc = kept.columns;
  relation->md.enrtype = ENR_NAMED_TUPLESTORE;
  relation->md.enrtuples = static_cast<double>(tuplestore_tuple_count(kept.store));
  relation->reldata = kept.store;
  SPI_register_relation(relation);
}

} // namespace

named_rows::named_rows(std::string given, const std::string &query, std::span<const parameter> parameters)
    : name(std::move(given)), store(call([] { return tuplestore_begin_heap(true, false, work_mem); })) {
  row_keeper into{{keep_row, note_columns, [](DestReceiver *) {}, [](DestReceiver *) {}, DestTuplestore},
                  store,
                  nullptr,
                  CurrentMemoryContext};
  SPIExecuteOptions options{};
  options.read_only = true;
  options.dest = &into.base;
  options.params = call([&] { return parameters.empty() ? nullptr : parameter_list(parameters); });
  const int code = call([&] { return SPI_execute_extended(query.c_str(), &options); });
  if (code != SPI_OK_SELECT)
    refuse_statement(code, query);
  rows = tuplestore_tuple_count(store);
  call([&] { register_rows(name.c_str(), into); });
}

void named_rows::close() {
  call([this] { SPI_unregister_relation(name.c_str()); });
  call([this] { tuplestore_end(store); });
}

} // namespace upkeep::pg
