// How a row is read: whatever is missing or malformed is simply not there. For report_facts.cpp.
#pragma once

#include "core/report/facts.hpp"

namespace upkeep::report {

bool is_text(const json &value);
// Empty where the value is not a string.
std::string text_of(const json &value);
// Within 0 and `most`.
int integer_of(const json &value, int most);
// null where the list is shorter, or none.
const json &element(const json &list, std::size_t at);

reported_issue read_issue(const json &issue);
// Of the rows of action_items those that are done or verified.
std::vector<done_action> read_done_actions(const json &items);
std::vector<noted_rule> read_noted_rules(const json &rules);

std::vector<set_aside_week> read_set_aside(const json &weeks);
std::vector<shop_event> read_events(const json &events);
// `links`: URLs by week_start.
std::vector<past_week> read_history(const json &weeks, const json &links);
// What a page may link to: an http or https URL with nothing in it that ends an attribute or a link of markdown.
// Empty for anything else.
std::string web_address(std::string_view url);

} // namespace upkeep::report
