#include "core/report/email/mail_page.hpp"

#include "core/report/html/markup.hpp"
#include "core/text/characters.hpp"

#include <algorithm>
#include <cmath>

namespace upkeep::report {

namespace {

// Programs do not hand a font down to tables within tables.
constexpr std::string_view font = "font-family:-apple-system,'Segoe UI',Roboto,Arial,sans-serif";

} // namespace

std::string mail_page::cut(std::string_view data, std::size_t characters) {
  const std::size_t end = byte_of(data, static_cast<int>(characters) + 1);
  if (end >= data.size())
    return html_escaped(data);
  is_shortened = true;
  return html_escaped(data.substr(0, end)) + "…";
}

std::string mail_page::said(phrase which) { return cut(say[which], limits.text); }
std::string mail_page::text(std::string_view data) { return cut(data, limits.text); }
std::string mail_page::name(std::string_view data) { return cut(data, limits.name); }

std::size_t mail_page::shown(std::size_t count) {
  is_shortened = is_shortened || count > limits.list;
  return std::min(count, limits.list);
}

void mail_page::begin_table(std::string_view style) {
  write(R"(<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" )"
        R"(style="width:100%;table-layout:fixed;border-collapse:separate;{}">)",
        style);
}

void mail_page::end_table() { write("</table>"); }

void mail_page::row(const std::string &inside, int size, const mail_colours &colours, std::string_view padding,
                    bool is_bold) {
  write(R"(<tr><td style="{}">{}</td></tr>)", cell_style(size, colours, padding, is_bold), inside);
}

void mail_page::pair(const std::string &left, const std::string &right, bool is_bold) {
  write(R"(<tr><td width="46%" valign="top" style="{}">{}</td><td width="54%" valign="top" align="right" style="{}">)"
        R"({}</td></tr>)",
        cell_style(14, is_bold ? plain : quiet, "4px 8px 4px 0", is_bold), left,
        cell_style(14, plain, "4px 0 4px 0", is_bold), right);
}

void mail_page::heading(phrase which) {
  write(R"(<tr><td style="{}"><h2 style="margin:0;font-size:18px;line-height:24px;font-weight:bold">{}</h2></td></tr>)",
        cell_style(18, plain, "28px 0 8px 0", true), said(which));
}

std::string cell_style(int size, const mail_colours &colours, std::string_view padding, bool is_bold) {
  return fmt::format("{};font-size:{}px;line-height:{}px;color:{};background-color:{};padding:{};"
                     "word-break:break-word;overflow-wrap:anywhere{}",
                     font, size, size * 3 / 2 - size / 8, colours.ink, colours.ground, padding,
                     is_bold ? ";font-weight:bold" : "");
}

std::string coloured(const std::string &inside, std::string_view ink, bool is_bold) {
  return fmt::format(R"(<span style="color:{}{}">{}</span>)", ink, is_bold ? ";font-weight:bold" : "", inside);
}

void write_bar(mail_page &page, double from, double to, std::string_view colour) {
  const int start = std::clamp(static_cast<int>(std::lround(std::min(from, to))), 0, 99),
            size = std::clamp(static_cast<int>(std::lround(std::abs(to - from))), 1, 100 - start);
  const auto cell = [&](int width, std::string_view ground) {
    if (width > 0)
      page.write(
          R"(<td width="{0}%" bgcolor="{1}" style="width:{0}%;background-color:{1};font-size:0;line-height:12px">)"
          "&nbsp;</td>",
          width, ground);
  };
  page.begin_table();
  page.write("<tr>");
  cell(start, plain.ground);
  cell(size, colour);
  cell(100 - start - size, plain.ground);
  page.write("</tr>");
  page.end_table();
}

} // namespace upkeep::report
