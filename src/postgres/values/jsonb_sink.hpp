// Writes a document of core's straight into jsonb's own format, without a text or a tree between.
#pragma once

#include "core/text/json_sink.hpp"
#include "postgres/boundary.hpp"

namespace upkeep::pg {

// The format is the one on disk, which pg_upgrade keeps: utils/jsonb.h describes it. A container is written when it
// ends, after what it holds.
class jsonb_sink final : public json_sink {
public:
  // The whole as jsonb, in the current memory context. Once, at the end.
  Datum finish();

  void begin_object() override { begins.push_back({entries.size(), pending}); }
  void end_object() override { end(JB_FOBJECT); }
  void begin_array() override { begins.push_back({entries.size(), pending}); }
  void end_array() override { end(JB_FARRAY); }
  void key(std::string_view name) override { pending = place(name); }
  void string(std::string_view text) override { put(JENTRY_ISSTRING, place(text)); }
  void number(int128 digits, int scale) override;
  void written_number(int128 digits, int scale) override;
  void boolean(bool value) override { put(value ? JENTRY_ISBOOL_TRUE : JENTRY_ISBOOL_FALSE, {}); }
  void null() override { put(JENTRY_ISNULL, {}); }

private:
  // A part of `bytes`.
  struct range {
    std::size_t at = 0, size = 0;
  };
  // A member of an object, or an element.
  struct entry {
    range key;
    std::uint32_t type;
    range value;
  };

  // One that is open: where its entries begin, and its key.
  struct container {
    std::size_t first;
    range key;
  };

  range place(std::string_view text);
  void put(std::uint32_t type, range value);
  void end(std::uint32_t kind);
  void sort_keys(std::size_t first);
  void write(std::size_t header, std::size_t index, std::uint32_t type, range part, std::size_t &total);

  std::string bytes;
  std::vector<entry> entries; // of all containers that are open
  std::vector<container> begins;
  range pending; // the key of the next value
};

} // namespace upkeep::pg
