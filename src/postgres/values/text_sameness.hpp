// Whether values before and after a change of type say the same. Like sameness, without destructors.
#pragma once

#include "core/text/same_text.hpp"
#include "postgres/compat.hpp"

namespace upkeep::pg {

// Two values of different types, by what they write.
struct text_sameness {
  FmgrInfo before;
  FmgrInfo now;
  bool are_labels; // one of the types is a set of names
  bool can_tell;   // the old type is a text
  Oid type;        // of the new value, under its domains
  text_kind kind;
  bool is_bool;
  bool is_json;

  // `now` is written as `text_now`.
  bool operator()(const char *text_before, const char *text_now, Datum now) const;
};

text_sameness text_sameness_of(Oid before, Oid now);

} // namespace upkeep::pg
