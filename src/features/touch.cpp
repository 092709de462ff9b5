// The trigger function upkeep.touch(): one UPDATE of the parents of all rows that a statement changed.
#include "features/touch.hpp"

#include "features/catalogue.hpp"
#include "features/updated_at.hpp"
#include "postgres/query.hpp"
#include "postgres/relation.hpp"
#include "postgres/settings.hpp"
#include "postgres/statement.hpp"

#include <cstring>
#include <unordered_set>

namespace upkeep {

using pg::call;

namespace {

constexpr const char *right_trigger = "AFTER INSERT, UPDATE or DELETE with transition tables, FOR EACH STATEMENT";

// The distinct keys of the parents, one array for each key column.
class key_set {
public:
  key_set(Relation child, const std::vector<std::string> &names) {
    for (const std::string &name : names)
      columns.push_back(
          {TupleDescAttr(RelationGetDescr(child), pg::require_column(child, name, "enable_touch") - 1), nullptr});
  }

  // Adds the key of one row; a key with a NULL refers to nothing.
  void add(TupleTableSlot *row) {
    image.clear();
    for (column &each : columns) {
      bool is_null = false;
      each.value = call([&] { return slot_getattr(row, each.attribute->attnum, &is_null); });
      if (is_null)
        return;
      append_image(each);
    }
    if (!seen.insert(image).second)
      return;
    for (column &each : columns)
      each.array = call([&] {
        return accumArrayResult(each.array, each.value, false, each.attribute->atttypid, CurrentMemoryContext);
      });
  }

  bool empty() const { return seen.empty(); }

  std::vector<pg::parameter> parameters() const {
    std::vector<pg::parameter> arrays;
    for (const column &each : columns)
      arrays.push_back({call([&] { return get_array_type(each.attribute->atttypid); }),
                        call([&] { return makeArrayResult(each.array, CurrentMemoryContext); })});
    return arrays;
  }

private:
  struct column {
    Form_pg_attribute attribute;
    ArrayBuildState *array;
    Datum value = 0;
  };

  // Rows with the same image are one; those that are equal without it are sorted out by the query.
  void append_image(const column &each) {
    const auto append = [this](const void *bytes, std::size_t length) {
      image.append(reinterpret_cast<const char *>(&length), sizeof length);
      image.append(static_cast<const char *>(bytes), length);
    };
    if (each.attribute->attbyval)
      append(&each.value, sizeof each.value);
    else if (each.attribute->attlen == -1) {
      const varlena *text = call([&] { return PG_DETOAST_DATUM_PACKED(each.value); });
      append(VARDATA_ANY(text), VARSIZE_ANY_EXHDR(text));
    } else
      append(DatumGetPointer(each.value),
             each.attribute->attlen > 0 ? each.attribute->attlen : std::strlen(DatumGetCString(each.value)));
  }

  std::vector<column> columns;
  std::unordered_set<std::string> seen;
  std::string image;
};

// One transition table, read from its beginning.
class transition {
public:
  transition(Tuplestorestate *rows, Relation table) : rows(rows) {
    if (!rows)
      return;
    slot = call([=] { return MakeSingleTupleTableSlot(RelationGetDescr(table), &TTSOpsMinimalTuple); });
    call([=] { tuplestore_select_read_pointer(rows, 0), tuplestore_rescan(rows); });
  }

  // A slot pins its descriptor until it is dropped.
  void close() {
    if (slot)
      call([this] { ExecDropSingleTupleTableSlot(slot); });
  }

  std::int64_t count() const {
    return rows ? call([this] { return tuplestore_tuple_count(rows); }) : 0;
  }

  bool next() {
    return rows && call([this] { return tuplestore_gettupleslot(rows, true, false, slot); });
  }

  // The current row as a heap tuple, without copying it.
  HeapTupleData tuple() const {
    bool must_free = false;
    MinimalTuple minimal = call([&] { return ExecFetchSlotMinimalTuple(slot, &must_free); });
    HeapTupleData view{};
    view.t_len = minimal->t_len + MINIMAL_TUPLE_OFFSET;
    view.t_data = reinterpret_cast<HeapTupleHeader>(reinterpret_cast<char *>(minimal) - MINIMAL_TUPLE_OFFSET);
    return view;
  }

  TupleTableSlot *slot = nullptr;

private:
  Tuplestorestate *rows;
};

// The child's columns of which a change counts: all but generated ones and those its own updated_at trigger ignores.
// Its stamp counts too, and so a touch goes on to the parent's parent.
std::vector<char> counted_columns(Relation child) {
  std::vector<char> memory(pg::layout::size(RelationGetDescr(child)->natts));
  auto &table = *new (memory.data()) pg::layout;
  pg::describe(RelationGetDescr(child), table);
  if (const Trigger *own = updated_at_trigger_of(child))
    for (const std::string &name : read_updated_at(pg::trigger_options(*own, updated_at_feature)).ignore)
      if (const AttrNumber column = pg::find_column(RelationGetDescr(child), name))
        table.columns[column - 1].role = pg::column_role::passive;
  return memory;
}

void collect_changed(const TriggerData &trigger, transition &before, transition &after, key_set &keys) {
  const std::vector<char> memory = counted_columns(trigger.tg_relation);
  const auto &table = *reinterpret_cast<const pg::layout *>(memory.data());
  TupleDesc descriptor = RelationGetDescr(trigger.tg_relation);
  while (before.next() && after.next()) {
    HeapTupleData old_row = before.tuple(), new_row = after.tuple();
    if (call([&] { return pg::compare(table, descriptor, &old_row, &new_row); }).changed) {
      keys.add(before.slot);
      keys.add(after.slot);
    }
  }
}

void collect(const TriggerData &trigger, key_set &keys) {
  transition before(trigger.tg_oldtable, trigger.tg_relation), after(trigger.tg_newtable, trigger.tg_relation);
  // The two tables of an UPDATE hold their rows in the same order. Where a trigger swallowed a row that was to move to
  // another partition, they do not, and every row counts.
  const bool paired = TRIGGER_FIRED_BY_UPDATE(trigger.tg_event) && before.count() == after.count();
  if (paired)
    collect_changed(trigger, before, after, keys);
  else {
    while (before.next())
      keys.add(before.slot);
    while (after.next())
      keys.add(after.slot);
  }
  before.close();
  after.close();
}

// What the two statements need to know of the parent.
struct parent_table {
  Oid table;
  Oid owner;
  std::string stamp; // "" where the parent keeps none
  std::string source;
  std::string condition;
  std::string order;
};

parent_table find_parent(const touch_settings &settings, Relation child) {
  parent_table parent{};
  parent.table = pg::sibling(settings.parent, child);
  call([&] { LockRelationOid(parent.table, RowExclusiveLock); });
  pg::with_relation(parent.table, [&](Relation relation) {
    parent.owner = relation->rd_rel->relowner;
    if (const Trigger *own = updated_at_trigger_of(relation))
      parent.stamp = read_updated_at(pg::trigger_options(*own, updated_at_feature)).column;
    // As referential integrity does: a plain parent alone, a partitioned one with its partitions.
    parent.source = fmt::format("{}{} p", relation->rd_rel->relkind == RELKIND_RELATION ? "ONLY " : "",
                                pg::qualified(parent.table));
    std::string lists;
    for (std::size_t i = 0; i < settings.keys.size(); ++i) {
      const AttrNumber number = pg::require_column(relation, settings.keys[i], "enable_touch");
      const Oid type = TupleDescAttr(RelationGetDescr(relation), number - 1)->atttypid;
      const std::string key = "p." + pg::quoted(settings.keys[i]);
      const std::string list =
          fmt::format("${}::{}[]", i + 1, pg::string_from([=] { return format_type_be_qualified(type); }));
      const std::string equals = pg::equality_operator(type);
      parent.condition += parent.condition.empty() ? "" : " AND ";
      parent.condition += settings.keys.size() == 1 ? fmt::format("{} {} ANY ({})", key, equals, list)
                                                    : fmt::format("{} {} k.c{}", key, equals, i);
      lists += fmt::format("{}pg_catalog.unnest({})", i ? ", " : "", list);
      parent.order += (i ? ", " : "") + key;
    }
    if (settings.keys.size() > 1) {
      std::string names;
      for (std::size_t i = 0; i < settings.keys.size(); ++i)
        names += fmt::format("{}c{}", i ? ", " : "", i);
      parent.condition =
          fmt::format("EXISTS (SELECT FROM ROWS FROM ({}) AS k({}) WHERE {})", lists, names, parent.condition);
    }
  });
  return parent;
}

// Both statements run as the parent's owner, as referential integrity does. On an error the abort puts the user back.
void stamp_parents(const parent_table &parent, std::span<const pg::parameter> keys) {
  const std::string locks = fmt::format("SELECT FROM {} WHERE {} ORDER BY {} FOR NO KEY UPDATE", parent.source,
                                        parent.condition, parent.order);
  const std::string stamp = pg::quoted(parent.stamp);
  const std::string stamps =
      fmt::format("UPDATE {} SET {} = p.{} WHERE {}", parent.source, stamp, stamp, parent.condition);
  Oid user = InvalidOid;
  int context = 0;
  GetUserIdAndSecContext(&user, &context);
  SetUserIdAndSecContext(parent.owner, context | SECURITY_LOCAL_USERID_CHANGE | SECURITY_NOFORCE_RLS);
  pg::execute(locks, keys);
  const pg::touch_statement marked(stamps.c_str());
  pg::execute(stamps, keys);
  SetUserIdAndSecContext(user, context);
}

void touch(FunctionCallInfo fcinfo) {
  const TriggerData &trigger = pg::require_trigger(fcinfo, touch_feature);
  if (!TRIGGER_FIRED_AFTER(trigger.tg_event) || !TRIGGER_FIRED_FOR_STATEMENT(trigger.tg_event) ||
      TRIGGER_FIRED_BY_TRUNCATE(trigger.tg_event) ||
      (!TRIGGER_FIRED_BY_INSERT(trigger.tg_event) && !trigger.tg_oldtable) ||
      (!TRIGGER_FIRED_BY_DELETE(trigger.tg_event) && !trigger.tg_newtable))
    pg::misused_trigger(trigger, touch_feature, right_trigger);
  if (pg::is_paused(pg::pausable::touch))
    return;
  const touch_settings settings = read_touch(pg::trigger_options(*trigger.tg_trigger, touch_feature));
  pg::with_spi([&] {
    key_set keys(trigger.tg_relation, settings.columns);
    collect(trigger, keys);
    if (keys.empty())
      return;
    const parent_table parent = find_parent(settings, trigger.tg_relation);
    if (!parent.stamp.empty())
      stamp_parents(parent, keys.parameters());
  });
}

} // namespace

touch_settings read_touch(const std::vector<option> &options) {
  const auto required = [&](const char *name) -> const std::string & {
    const std::string *value = find_option(options, name);
    if (!value)
      throw fault{sqlstate::invalid_parameter_value,
                  fmt::format("touch has no option \"{}\"", name),
                  {},
                  "A touch needs 'parent=...', 'columns=...' and 'keys=...'."};
    return *value;
  };
  touch_settings settings{required("parent"), pg::split_names(required("columns"), "option \"columns\""),
                          pg::split_names(required("keys"), "option \"keys\"")};
  if (settings.columns.empty() || settings.columns.size() != settings.keys.size())
    throw fault{sqlstate::invalid_parameter_value,
                "the columns and keys of a touch differ in number",
                {},
                "Name one key of the parent for each column."};
  return settings;
}

} // namespace upkeep

// upkeep.touch() RETURNS trigger: AFTER, FOR EACH STATEMENT, with transition tables. Errors: 39P01 a wrong trigger,
// 22023, 42703 and 42P01 its arguments.
UPKEEP_FUNCTION(upkeep_touch) {
  return upkeep::pg::entry([=] {
    upkeep::touch(fcinfo);
    return Datum(0);
  });
}
