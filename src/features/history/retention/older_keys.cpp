#include "features/history/retention/older_keys.hpp"

#include "features/history/past/key_reader.hpp"
#include "postgres/values/pinned_settings.hpp"

namespace upkeep::history {

namespace {

[[noreturn]] void has_older_key(const past_table &table, const given_key &key, const char *older, bool is_readable) {
  const char *name = RelationGetRelationName(table.relation);
  throw fault{.sqlstate = sqlstate::object_not_in_prerequisite_state,
              .message =
                  is_readable
                      ? fmt::format("row {} of \"{}\" has older entries under the key {}", key.text, name, older)
                      : fmt::format("entries of \"{}\" have keys that cannot be read now, such as {}", name, older),
              .detail = "The key, or the type of its columns, was changed since.",
              .hint = "Nothing was erased. Delete the older entries with upkeep.purge_history, or erase while the "
                      "column has the type it had."};
}

} // namespace

// All entries are read: a key may have changed its type and changed it back, and no order of them tells.
void require_no_older_keys(const past_table &table, const given_key &key) {
  const pg::parameter parameters[] = {{INT4OID, Int32GetDatum(table.plan.number)}};
  std::int64_t oldest = 0;
  std::string text;
  bool is_readable = true;
  pg::with_pinned_settings([&] {
    const key_reader reader(table, key.values);
    each_entry(pg::sql("WHERE e.table_number [=] $1 AND e.key IS NOT NULL"), parameters, true,
               [&](const past_entry &entry) {
                 const read_key read = reader.read(entry.key);
                 const bool is_older = !read.is_readable || (read.is_same && !read.is_written_so);
                 if (!is_older || (!text.empty() && entry.id > oldest))
                   return;
                 oldest = entry.id;
                 text = entry.key;
                 is_readable = read.is_readable;
               });
  });
  if (!text.empty())
    has_older_key(table, key, text.c_str(), is_readable);
}

} // namespace upkeep::history
