// The entries of one statement.
#pragma once

#include "features/history/pending.hpp"
#include "features/history/row_images.hpp"
#include "postgres/memory.hpp"

#include <optional>

namespace upkeep::history {

// Of the rows of one table; several have a writer in common. Nothing is opened before there is an entry.
class recording {
public:
  recording(const history_plan &plan, Relation table, const statement_place &place, std::optional<entry_writer> &writer)
      : number(plan.number), place(place), images(plan, table), writer(writer) {}
  recording(const recording &) = delete;
  recording &operator=(const recording &) = delete;

  void inserted(TupleTableSlot *row) {
    add([&] {
      const text *key = images.key(row);
      write(action::insert, key, nullptr, images.whole(row, key));
    });
  }

  void deleted(TupleTableSlot *row) {
    add([&] {
      const text *key = images.key(row);
      write(action::remove, key, images.whole(row, key), nullptr);
    });
  }

  void updated(TupleTableSlot *before, TupleTableSlot *after) {
    add([&] {
      const text *key = images.key(after);
      Jsonb *was = nullptr, *is = nullptr;
      if (images.differences(before, after, key, was, is))
        write(action::update, key, was, is);
    });
  }

  void truncated(std::int64_t rows) {
    add([&] {
      pg::jsonb_object after(1);
      after.add("rows", 4, pg::jsonb_number(int64_to_numeric(rows)));
      write(action::truncate, nullptr, nullptr, after.finish());
    });
  }

  // Empty between two entries.
  MemoryContext memory() const { return images.memory(); }

  // Puts settings back; the writer is its owner's to close.
  void close() { images.close(); }

private:
  void write(action what, const text *key, const Jsonb *before, const Jsonb *after) {
    if (place.waits())
      keep_pending(number, place, what, key, before, after);
    else
      writer->add(what, key, before, after);
  }

  template <class F> void add(F &&body) {
    if (!writer && !place.waits())
      writer.emplace(number);
    {
      const pg::within scratch(images.memory());
      pg::call(body);
    }
    images.forget();
  }

  std::int32_t number;
  statement_place place;
  row_images images;
  std::optional<entry_writer> &writer;
};

} // namespace upkeep::history
