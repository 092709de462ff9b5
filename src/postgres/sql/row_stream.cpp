#include "postgres/sql/row_stream.hpp"

#include "postgres/sql/query.hpp"

namespace upkeep::pg {

namespace {

struct row_receiver {
  DestReceiver base; // first: PostgreSQL knows no more of it
  void (*take)(TupleTableSlot *, void *);
  void *argument;
};

bool receive(TupleTableSlot *row, DestReceiver *self) {
  const auto &into = *reinterpret_cast<row_receiver *>(self);
  into.take(row, into.argument);
  return true;
}

} // namespace

void stream_to(const std::string &sql, void (*take)(TupleTableSlot *, void *), void *argument) {
  row_receiver into{
      {receive, [](DestReceiver *, int, TupleDesc) {}, [](DestReceiver *) {}, [](DestReceiver *) {}, DestTuplestore},
      take,
      argument};
  SPIExecuteOptions options{};
  options.read_only = true;
  options.dest = &into.base;
  const int code = call([&] { return SPI_execute_extended(sql.c_str(), &options); });
  if (code != SPI_OK_SELECT)
    refuse_statement(code, sql);
}

} // namespace upkeep::pg
