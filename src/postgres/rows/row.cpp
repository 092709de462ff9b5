#include "postgres/rows/row.hpp"

#include "core/text/bytes.hpp"

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
      : base(reinterpret_cast<char *>(row->t_data) + row->t_data->t_hoff), length(row->t_len - row->t_data->t_hoff),
        nulls(HeapTupleHasNulls(row) ? row->t_data->t_bits : nullptr), stored(HeapTupleHeaderGetNatts(row->t_data)) {}

  // Moves past column `index` and returns where it begins; nullptr for NULL and for a column the tuple does not hold.
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
  std::size_t length;
  const bits8 *nulls;
  int stored;
  std::size_t offset = 0;
};

// Whether a varlena may be equal to another one with other bytes: compressed or external, or with another header.
bool needs_reading(const char *a, const char *b) {
  return VARATT_IS_EXTERNAL(a) || VARATT_IS_EXTERNAL(b) || VARATT_IS_COMPRESSED(a) || VARATT_IS_COMPRESSED(b) ||
         VARATT_IS_1B(a) != VARATT_IS_1B(b);
}

// Whether column `index` has the same image in both rows. The walkers stand after it.
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

// Field by field: a cell that is built elsewhere and copied stalls on its own stores.
void read_present(const column &type, char *at, cell &into) {
  into.at = at;
  into.is_null = false;
  if (type.length == sizeof(std::int64_t))
    std::memcpy(&into.value, at, sizeof into.value);
  else if (type.length == sizeof(std::int32_t)) {
    std::int32_t narrow;
    std::memcpy(&narrow, at, sizeof narrow);
    into.value = narrow;
  } else {
    std::int16_t small;
    std::memcpy(&small, at, sizeof small);
    into.value = small;
  }
}

void read_cell(const column &type, int index, TupleDesc descriptor, const walker &row, char *at, cell &into) {
  if (at)
    return read_present(type, at, into);
  into = {nullptr, 0, true};
  if (index >= row.stored) {
    const Datum missing = getmissingattr(descriptor, index + 1, &into.is_null);
    into.value = DatumGetInt64(missing);
  }
}

bool same_shape(HeapTuple a, HeapTuple b) {
  if (HeapTupleHeaderGetNatts(a->t_data) != HeapTupleHeaderGetNatts(b->t_data) ||
      HeapTupleHasNulls(a) != HeapTupleHasNulls(b) || a->t_data->t_hoff != b->t_data->t_hoff)
    return false;
  return !HeapTupleHasNulls(a) ||
         std::memcmp(a->t_data->t_bits, b->t_data->t_bits, BITMAPLEN(HeapTupleHeaderGetNatts(a->t_data))) == 0;
}

void read_cells(const column &type, int index, TupleDesc descriptor, const walker &before, char *old_at,
                const walker &after, char *new_at, comparison &result) {
  const bool is_stamp = type.role == column_role::stamp;
  read_cell(type, index, descriptor, before, old_at, is_stamp ? result.old_stamp : result.old_version);
  read_cell(type, index, descriptor, after, new_at, is_stamp ? result.new_stamp : result.new_version);
}

// The first byte from `from` on in which the two rows differ; SIZE_MAX where there is none.
std::size_t equal_bytes(const walker &before, const walker &after, std::size_t from) {
  const std::size_t length = std::min(before.length, after.length);
  const std::size_t at = from + first_difference(before.base + from, after.base + from, length - from);
  return at == length && before.length == after.length ? SIZE_MAX : at;
}

// Moves the walker over the columns that end no later than `equal`, as far as column `end`; returns where it stands.
// In registers, since this is where a wide row spends its time.
int skip_equal(const layout &table, walker &row, std::size_t equal, int i, int end) {
  const bits8 *const nulls = row.nulls;
  const char *const base = row.base;
  std::size_t offset = row.offset;
  for (; i < end; ++i) {
    if (nulls && att_isnull(i, nulls))
      continue;
    const column type = table.columns[i];
    std::size_t next = (offset + type.align - 1) & -static_cast<std::size_t>(type.align);
    if (type.length > 0)
      next += static_cast<std::size_t>(type.length);
    else if (type.length == -1) {
      if (VARATT_NOT_PAD_BYTE(base + offset))
        next = offset;
      next += VARSIZE_ANY(base + next);
    } else
      next += std::strlen(base + next) + 1;
    if (next > equal)
      break;
    offset = next;
  }
  row.offset = offset;
  return i;
}

// Walks two rows of one shape together, from byte difference to byte difference, as long as their columns lie in the
// same places. False where a difference needs a closer look: both walkers then stand before column `i`. Columns from
// `needed` on are walked for changes only.
bool compare_together(const layout &table, TupleDesc descriptor, walker &before, walker &after, int needed, int &i,
                      comparison &result) {
  std::size_t equal = equal_bytes(before, after, 0);
  for (int end = equal == SIZE_MAX ? needed : table.looked_at; i < end; ++i) {
    if (i >= needed) {
      // What neither row holds is the same in both.
      const int last = std::min(end, after.stored);
      if ((i = skip_equal(table, after, equal, i, last)) >= last)
        break;
    }
    const column &type = table.columns[i];
    const std::size_t start = after.offset;
    char *new_at = after.next(type, i);
    if (after.offset > equal) {
      if (type.length < 0 || equal < static_cast<std::size_t>(new_at - after.base)) {
        before.offset = after.offset = start;
        return false;
      }
      if (type.role == column_role::counted) {
        result.changed = true;
        if (needed <= i)
          return true;
      } else if (type.role == column_role::protected_column)
        result.protected_differs = true;
      equal = equal_bytes(before, after, after.offset);
      end = equal == SIZE_MAX || result.changed ? std::max(needed, i + 1) : table.looked_at;
    }
    if (i < needed && type.role >= column_role::stamp)
      read_cells(type, i, descriptor, before, new_at ? before.base + (new_at - after.base) : nullptr, after, new_at,
                 result);
  }
  return true;
}

// Whether the row holds each column from `first` on, none of them NULL.
bool is_complete(const layout &table, const walker &row, int first) {
  if (row.stored != table.count)
    return false;
  if (row.nulls)
    for (int i = first; i < table.count; ++i)
      if (att_isnull(i, row.nulls))
        return false;
  return true;
}

// Reads the special columns from the rows' ends, without the walk to them; false where they must be walked to. A tuple
// ends with the last byte of its last column: heap_form_tuple adds no padding.
bool read_tail(const layout &table, const walker &before, const walker &after, comparison &result) {
  if (table.tail == 0 || !is_complete(table, before, table.first_special) ||
      !is_complete(table, after, table.first_special))
    return false;
  char *old_at = before.base + before.length - table.tail;
  char *new_at = after.base + after.length - table.tail;
  std::size_t offset = 0;
  for (int i = table.first_special; i < table.last_special; ++i) {
    const column &type = table.columns[i];
    const std::size_t at = TYPEALIGN(type.align, offset), length = static_cast<std::size_t>(type.length);
    offset = at + length;
    switch (type.role) {
    case column_role::passive:
    case column_role::counted:
      break;
    case column_role::protected_column:
      result.protected_differs |= first_difference(old_at + at, new_at + at, length) != length;
      break;
    case column_role::stamp:
      read_present(type, new_at + at, result.new_stamp);
      read_present(type, old_at + at, result.old_stamp);
      break;
    case column_role::version:
      read_present(type, new_at + at, result.new_version);
      read_present(type, old_at + at, result.old_version);
      break;
    }
  }
  return true;
}

} // namespace

void describe(TupleDesc descriptor, layout &into) {
  into.count = into.looked_at = static_cast<std::int16_t>(descriptor->natts);
  into.first_special = into.last_special = into.tail = 0;
  for (int i = 0; i < descriptor->natts; ++i) {
    const FormData_pg_attribute &attribute = *TupleDescAttr(descriptor, i);
    into.columns[i] = {attribute.attlen, alignment(attribute.attalign),
                       attribute.attisdropped || attribute.attgenerated ? column_role::passive : column_role::counted};
  }
}

void find_special(layout &table) {
  while (table.looked_at > 0 && table.columns[table.looked_at - 1].role == column_role::passive)
    --table.looked_at;
  int first = 0, last = table.looked_at;
  while (first < last && table.columns[first].role < column_role::protected_column)
    ++first;
  while (last > first && table.columns[last - 1].role < column_role::protected_column)
    --last;
  table.first_special = static_cast<std::int16_t>(first);
  table.last_special = static_cast<std::int16_t>(first == last ? 0 : last);
  table.tail = 0;
  if (first == last)
    return;
  // From a column on that is aligned at least as strictly as all after it, columns of fixed length lie as in a struct.
  std::size_t tail = 0;
  for (int i = first; i < table.count; ++i) {
    const column &type = table.columns[i];
    if (type.length < 0 || type.align > table.columns[first].align)
      return;
    tail = TYPEALIGN(type.align, tail) + static_cast<std::size_t>(type.length);
  }
  if (tail <= INT16_MAX)
    table.tail = static_cast<std::int16_t>(tail);
}

comparison compare(const layout &table, TupleDesc descriptor, HeapTuple old_row, HeapTuple new_row) {
  comparison result{};
  walker before(old_row), after(new_row);
  const bool found = read_tail(table, before, after, result);
  const int needed = found ? 0 : table.last_special;
  int i = 0;
  if (same_shape(old_row, new_row) && compare_together(table, descriptor, before, after, needed, i, result))
    return result;

  for (; i < table.looked_at; ++i) {
    if (i >= needed && result.changed)
      break;
    const column &type = table.columns[i];
    char *old_at = before.next(type, i);
    char *new_at = after.next(type, i);
    switch (type.role) {
    case column_role::passive:
      break;
    case column_role::counted:
      if (!result.changed)
        result.changed = !same_image(type, i, descriptor, before, old_at, after, new_at);
      break;
    case column_role::protected_column:
      if (i < needed && !result.protected_differs)
        result.protected_differs = !same_image(type, i, descriptor, before, old_at, after, new_at);
      break;
    case column_role::stamp:
    case column_role::version:
      if (i < needed)
        read_cells(type, i, descriptor, before, old_at, after, new_at, result);
      break;
    }
  }
  return result;
}

} // namespace upkeep::pg
