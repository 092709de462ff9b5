// Whether values before and after a conversion are the same. Nothing here has a destructor: it is called through the
// door as a whole.
#pragma once

#include "core/text/same_text.hpp"
#include "postgres/boundary.hpp"

namespace upkeep::pg {

// Two values of one type: by its equality, json by jsonb's, else by their texts.
struct sameness {
  FmgrInfo *equal;
  Oid collation;
  FmgrInfo output;
  bool is_json;

  bool operator()(Datum a, Datum b);
};

sameness sameness_of(Oid type, Oid collation);

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
