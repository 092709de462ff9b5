#include "postgres/row.hpp"

#include "core/bytes.hpp"

#include <algorithm>
#include <cstring>

namespace upkeep::pg {

namespace {

std::uint8_t alignment(char code) {
  switch (code) {
  case TYPALIGN_CHAR:
    return 1;
  case TYPALIGN_SHORT:
    return alignof(std::int16_t);
  case TYPALIGN_INT:
    return alignof(std::int32_t);
  default:
    return MAXIMUM_ALIGNOF;
  }
}

// Walks the columns of one tuple from left to right.
class walker {
public:
  explicit walker(HeapTuple row)
      : base(reinterpret_cast<char *>(row->t_data) + row->t_data->t_hoff),
        nulls(HeapTupleHasNulls(row) ? row->t_data->t_bits : nullptr), stored(HeapTupleHeaderGetNatts(row->t_data)) {}

  // Moves behind column `index` and returns where it begins; nullptr for NULL and for a column the tuple does not hold.
  char *next(const column &type, int index) {
    if (index >= stored || (nulls && att_isnull(index, nulls)))
      return nullptr;
    char *at = base + offset;
    if (type.length != -1 || !VARATT_NOT_PAD_BYTE(at))
      at = base + TYPEALIGN(type.align, offset);
    const std::size_t length = type.length > 0     ? static_cast<std::size_t>(type.length)
                               : type.length == -1 ? VARSIZE_ANY(at)
                                                   : std::strlen(at) + 1;
    offset = static_cast<std::size_t>(at - base) + length;
    return at;
  }

  char *base;
  const bits8 *nulls;
  int stored;
  std::size_t offset = 0;
};

// Whether a varlena may be equal to another one with other bytes: compressed or external, or with another header.
bool needs_reading(const char *a, const char *b) {
  return VARATT_IS_EXTERNAL(a) || VARATT_IS_EXTERNAL(b) || VARATT_IS_COMPRESSED(a) || VARATT_IS_COMPRESSED(b) ||
         VARATT_IS_1B(a) != VARATT_IS_1B(b);
}

// Whether column `index` has the same image in both rows. The walkers stand behind it.
bool same_image(const column &type, int index, TupleDesc descriptor, const walker &before, const char *old_at,
                const walker &after, const char *new_at) {
  if (index >= before.stored || index >= after.stored) {
    // Added since the row was written: its value is the default of that day, not NULL.
    bool old_null = !old_at, new_null = !new_at;
    Form_pg_attribute attribute = TupleDescAttr(descriptor, index);
    const Datum old_value = old_at                   ? fetchatt(attribute, old_at)
                            : index >= before.stored ? getmissingattr(descriptor, index + 1, &old_null)
                                                     : Datum(0);
    const Datum new_value = new_at                  ? fetchatt(attribute, new_at)
                            : index >= after.stored ? getmissingattr(descriptor, index + 1, &new_null)
                                                    : Datum(0);
    if (old_null || new_null)
      return old_null == new_null;
    return datum_image_eq(old_value, new_value, attribute->attbyval, type.length);
  }
  if (!old_at || !new_at)
    return old_at == new_at;
  const std::size_t old_length = before.base + before.offset - old_at;
  const std::size_t new_length = after.base + after.offset - new_at;
  if (old_length == new_length && std::memcmp(old_at, new_at, new_length) == 0)
    return true;
  return type.length == -1 && needs_reading(old_at, new_at) &&
         datum_image_eq(PointerGetDatum(old_at), PointerGetDatum(new_at), false, -1);
}

cell read_cell(const column &type, int index, TupleDesc descriptor, const walker &row, char *at) {
  cell found{at, 0, at == nullptr};
  if (at && type.length == sizeof(std::int64_t))
    std::memcpy(&found.value, at, sizeof found.value);
  else if (at) {
    std::int32_t narrow;
    std::memcpy(&narrow, at, sizeof narrow);
    found.value = narrow;
  } else if (index >= row.stored) {
    const Datum missing = getmissingattr(descriptor, index + 1, &found.is_null);
    found.value = type.length == sizeof(std::int64_t) ? DatumGetInt64(missing) : DatumGetInt32(missing);
  }
  return found;
}

bool same_shape(HeapTuple a, HeapTuple b) {
  if (HeapTupleHeaderGetNatts(a->t_data) != HeapTupleHeaderGetNatts(b->t_data) ||
      HeapTupleHasNulls(a) != HeapTupleHasNulls(b) || a->t_data->t_hoff != b->t_data->t_hoff)
    return false;
  return !HeapTupleHasNulls(a) ||
         std::memcmp(a->t_data->t_bits, b->t_data->t_bits, BITMAPLEN(HeapTupleHeaderGetNatts(a->t_data))) == 0;
}

} // namespace

void describe(TupleDesc descriptor, layout &into) {
  into.count = static_cast<std::int16_t>(descriptor->natts);
  into.last_special = 0;
  for (int i = 0; i < descriptor->natts; ++i) {
    const FormData_pg_attribute &attribute = *TupleDescAttr(descriptor, i);
    into.columns[i] = {attribute.attlen, alignment(attribute.attalign),
                       attribute.attisdropped || attribute.attgenerated ? column_role::passive : column_role::counted};
  }
}

comparison compare(const layout &table, TupleDesc descriptor, HeapTuple old_row, HeapTuple new_row) {
  comparison result{};
  walker before(old_row), after(new_row);

  // Up to the first differing byte both rows are the same, so one walk serves for both.
  std::size_t equal = 0;
  if (same_shape(old_row, new_row)) {
    const std::size_t old_length = old_row->t_len - old_row->t_data->t_hoff;
    const std::size_t new_length = new_row->t_len - new_row->t_data->t_hoff;
    equal = first_difference(before.base, after.base, std::min(old_length, new_length));
    if (equal == old_length && equal == new_length)
      equal = SIZE_MAX;
  }

  bool together = equal > 0;
  for (int i = 0; i < table.count; ++i) {
    if (i >= table.last_special && (result.changed || equal == SIZE_MAX))
      break;
    const column &type = table.columns[i];
    const std::size_t start = after.offset;
    char *new_at = after.next(type, i);
    char *old_at;
    if (together && after.offset <= equal)
      old_at = new_at ? before.base + (new_at - after.base) : nullptr;
    else {
      if (together)
        before.offset = start;
      together = false;
      old_at = before.next(type, i);
    }
    switch (type.role) {
    case column_role::passive:
      break;
    case column_role::counted:
      if (!together && !result.changed)
        result.changed = !same_image(type, i, descriptor, before, old_at, after, new_at);
      break;
    case column_role::guarded:
      if (!together && !result.guarded_differs)
        result.guarded_differs = !same_image(type, i, descriptor, before, old_at, after, new_at);
      break;
    case column_role::stamp:
      result.new_stamp = read_cell(type, i, descriptor, after, new_at);
      result.old_stamp = read_cell(type, i, descriptor, before, old_at);
      break;
    case column_role::version:
      result.new_version = read_cell(type, i, descriptor, after, new_at);
      result.old_version = read_cell(type, i, descriptor, before, old_at);
      break;
    }
  }
  return result;
}

void row_writer::set(AttrNumber column, const cell &now, std::int64_t value) {
  if (now.is_null || now.value != value)
    edits[count++] = {column, now.at, value, false};
}

void row_writer::set_null(AttrNumber column) { edits[count++] = {column, nullptr, 0, true}; }

// Writing into the tuple is sound only where the slot owns it, since the executor ignores a tuple that comes back as it
// was handed out. This leans on ExecBRUpdateTriggers; everywhere else the row is copied.
bool row_writer::in_place() const {
  const TupleTableSlot *slot = trigger.tg_newslot;
  if (restores || !slot || !TTS_SHOULDFREE(slot))
    return false;
  if (!TTS_IS_HEAPTUPLE(slot) && !TTS_IS_BUFFERTUPLE(slot))
    return false;
  // Both kinds of slot begin with a HeapTupleTableSlot.
  if (reinterpret_cast<const HeapTupleTableSlot *>(slot)->tuple != trigger.tg_newtuple)
    return false;
  return std::all_of(edits, edits + count, [](const edit &each) { return each.at != nullptr; });
}

HeapTuple row_writer::finish() {
  if (count == 0 && !restores)
    return trigger.tg_newtuple;
  if (!in_place())
    return rebuild();
  TupleTableSlot *slot = trigger.tg_newslot;
  for (const edit *each = edits; each < edits + count; ++each) {
    const bool wide = table.columns[each->column - 1].length == sizeof(std::int64_t);
    const std::int32_t narrow = static_cast<std::int32_t>(each->value);
    std::memcpy(each->at, wide ? static_cast<const void *>(&each->value) : &narrow,
                wide ? sizeof each->value : sizeof narrow);
    // A WHEN clause or an earlier trigger may have read the column into the slot already.
    if (slot->tts_nvalid >= each->column)
      slot->tts_values[each->column - 1] = wide ? Int64GetDatum(each->value) : Int32GetDatum(narrow);
  }
  return trigger.tg_newtuple;
}

HeapTuple row_writer::rebuild() const {
  TupleDesc descriptor = RelationGetDescr(trigger.tg_relation);
  const int most = table.count;
  int *columns = static_cast<int *>(palloc(sizeof(int) * most));
  Datum *values = static_cast<Datum *>(palloc(sizeof(Datum) * most));
  bool *nulls = static_cast<bool *>(palloc(sizeof(bool) * most));
  int n = 0;
  for (const edit *each = edits; each < edits + count; ++each, ++n) {
    columns[n] = each->column;
    nulls[n] = each->is_null;
    values[n] = table.columns[each->column - 1].length == sizeof(std::int64_t)
                    ? Int64GetDatum(each->value)
                    : Int32GetDatum(static_cast<std::int32_t>(each->value));
  }
  for (int i = 0; restores && i < table.count; ++i)
    if (table.columns[i].role == column_role::guarded) {
      columns[n] = i + 1;
      values[n] = heap_getattr(trigger.tg_trigtuple, i + 1, descriptor, &nulls[n]);
      ++n;
    }
  return heap_modify_tuple_by_cols(trigger.tg_newtuple, descriptor, n, columns, values, nulls);
}

} // namespace upkeep::pg
