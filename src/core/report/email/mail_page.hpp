// An e-mail being written.
#pragma once

#include "core/report/facts.hpp"
#include "core/report/phrase_book.hpp"

#include <fmt/format.h>
#include <string>
#include <string_view>

namespace upkeep::report {

// How much is told: characters of a text and of a name, entries of a list, bytes of a link.
struct mail_limits {
  std::size_t text, name, list, link;
};

// Colours of text and of what it stands on; both are always given, so that programs that darken a mail change both.
struct mail_colours {
  std::string_view ink, ground;
};
inline constexpr mail_colours plain{"#1a1c21", "#ffffff"}, quiet{"#59606c", "#ffffff"}, on_page{"#59606c", "#f5f4f0"},
    good{"#0e7247", "#dcf1e5"}, bad{"#b0261e", "#fae3e0"}, warn{"#835400", "#faecc8"}, soft{"#2257b5", "#e4ecf9"},
    answer{"#1a1c21", "#e4ecf9"};
inline constexpr std::string_view line_colour = "#e2dfd7";

struct mail_page {
  const report_facts &facts;
  const phrase_book &say;
  mail_limits limits;
  std::string html = {};
  bool is_shortened = false;

  // Arguments are HTML.
  template <class... Arguments> void write(fmt::format_string<Arguments...> format, Arguments &&...arguments) {
    html += fmt::format(format, std::forward<Arguments>(arguments)...);
  }
  // As HTML, cut where it is longer than the limits have it.
  std::string said(phrase which);
  std::string text(std::string_view data);
  std::string name(std::string_view data);
  // How many of a list are shown.
  std::size_t shown(std::size_t count);

  void begin_table(std::string_view style = "");
  void end_table();
  // A row of one cell. `size` in pixels; padding as CSS has it.
  void row(const std::string &inside, int size, const mail_colours &colours, std::string_view padding,
           bool is_bold = false);
  // A row with a name at the left and a value at the right.
  void pair(const std::string &left, const std::string &right, bool is_bold = false);
  void heading(phrase which);

private:
  std::string cut(std::string_view data, std::size_t characters);
};

// The style of a cell.
std::string cell_style(int size, const mail_colours &colours, std::string_view padding, bool is_bold = false);
// Text of another colour within a cell.
std::string coloured(const std::string &inside, std::string_view ink, bool is_bold = false);

// A bar from `from` to `to`, in percent of the width.
void write_bar(mail_page &page, double from, double to, std::string_view colour);

void write_mail_top(mail_page &page);
void write_mail_figures(mail_page &page);
void write_mail_goal(mail_page &page);
void write_mail_change(mail_page &page);
void write_mail_issues(mail_page &page);
void write_mail_weeks(mail_page &page);
void write_mail_ads(mail_page &page);
void write_mail_data(mail_page &page);

} // namespace upkeep::report
