// What a row has of other weeks and of what happened in this one.
#include "core/report/reading/reading.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace upkeep::report {

namespace {

constexpr std::size_t weeks_shown = 12, max_events = 20, max_set_aside = 8;
constexpr std::size_t longest_address = 2000;

constexpr std::pair<std::string_view, week_state> week_states[] = {
    {"clear", week_state::clear}, {"warning", week_state::warning}, {"critical", week_state::critical}};
constexpr std::pair<std::string_view, event_kind> event_kinds[] = {{"holiday", event_kind::holiday},
                                                                   {"closed", event_kind::closed},
                                                                   {"promotion", event_kind::promotion},
                                                                   {"outage", event_kind::outage}};

template <class Value, std::size_t size>
Value value_named(const std::pair<std::string_view, Value> (&names)[size], std::string_view name, Value otherwise) {
  for (const auto &[each, value] : names)
    if (each == name)
      return value;
  return otherwise;
}

bool starts_with_scheme(std::string_view url, std::string_view scheme) {
  return url.size() > scheme.size() && std::ranges::equal(url.substr(0, scheme.size()), scheme, [](char a, char b) {
           return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b;
         });
}

// Of what a URL may hold all but quotes, brackets, parentheses and semicolons, which mean something around it.
bool stays_in_address(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("-._~:/?#@!$&*+,=%").find(c) != std::string_view::npos;
}

} // namespace

std::string web_address(std::string_view url) {
  if (url.size() > longest_address || (!starts_with_scheme(url, "https://") && !starts_with_scheme(url, "http://")))
    return {};
  std::string address;
  for (const char c : url)
    if (stays_in_address(c))
      address += c;
    else
      address += fmt::format("%{:02X}", static_cast<unsigned char>(c));
  return address;
}

std::vector<set_aside_week> read_set_aside(const json &weeks) {
  std::vector<set_aside_week> result;
  for (const json &each : weeks.elements())
    if (const auto start = day_from(text_of(each["week"])); start && result.size() < max_set_aside)
      result.push_back({*start, text_of(each["reason"]) == "event"});
  return result;
}

std::vector<shop_event> read_events(const json &events) {
  std::vector<shop_event> result;
  for (const json &each : events.elements()) {
    shop_event event{text_of(each["name"]), value_named(event_kinds, text_of(each["kind"]), event_kind::other),
                     day_from(text_of(each["starts_on"])), day_from(text_of(each["ends_on"]))};
    if ((!event.name.empty() || event.kind != event_kind::other) && result.size() < max_events)
      result.push_back(std::move(event));
  }
  return result;
}

std::vector<past_week> read_history(const json &weeks, const json &links) {
  std::vector<past_week> result;
  for (const json &each : weeks.elements())
    if (const std::string start = text_of(each["week_start"]); const auto day = day_from(start))
      result.push_back({*day, value_named(week_states, text_of(each["state"]), week_state::unknown),
                        web_address(text_of(links[start]))});
  if (result.size() > weeks_shown)
    result.erase(result.begin(), result.end() - weeks_shown);
  return result;
}

} // namespace upkeep::report
