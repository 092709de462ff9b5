// The text of a migration file, before PostgreSQL's parser sees it: what is psql's in it, and where its way back
// begins.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace upkeep::guard {

struct script_line {
  std::size_t position; // in bytes, of the file
  std::string text;
};

struct script_text {
  std::string sql;                          // with blanks for what is not SQL, so that positions are those of the file
  std::vector<script_line> unseen = {};     // commands of psql that run what does not stand here
  std::optional<script_line> way_back = {}; // the comment that begins it, where statements follow
};

// Knows psql's commands, the data of COPY … FROM stdin, and the comments by which dbmate, goose, sql-migrate,
// node-pg-migrate, MyBatis, rambler, micrate, tern and Play begin the part that takes a migration back.
script_text read_script(std::string_view file);

} // namespace upkeep::guard
