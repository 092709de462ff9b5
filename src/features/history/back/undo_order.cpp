#include "features/history/back/foreign_keys.hpp"
#include "features/history/back/undo_step.hpp"

#include <map>
#include <set>
#include <unordered_map>

namespace upkeep::history {

using pg::call;

namespace {

class step_order {
public:
  explicit step_order(const std::vector<undo_step> &steps)
      : steps(steps), state(steps.size(), waiting), after(steps.size()) {}

  std::vector<const undo_step *> find() {
    link_rows();
    link_references();
    for (std::size_t i = 0; i < steps.size(); ++i)
      visit(i);
    return std::move(ordered);
  }

private:
  enum mark : char { waiting, running, done };

  Oid table_of(std::size_t step) const { return RelationGetRelid(steps[step].table->relation); }

  // The steps of one row stay in their order, and so do those of rows that have had one key.
  void link_rows() {
    std::map<std::pair<const past_table *, std::string>, std::size_t> last;
    for (std::size_t i = 0; i < steps.size(); ++i)
      for (const std::string &key : steps[i].keys()) {
        const auto [place, is_new] = last.try_emplace({steps[i].table, key}, i);
        if (!is_new)
          after[i].push_back(std::exchange(place->second, i));
      }
  }

  void link_references() {
    std::set<Oid> tables;
    for (const undo_step &step : steps)
      tables.insert(RelationGetRelid(step.table->relation));
    for (const foreign_key &key : foreign_keys_among({tables.begin(), tables.end()}))
      link(key);
  }

  void link(const foreign_key &key) {
    // Parents that come back, under the key that they had too, and children that let go of parents which go.
    std::unordered_map<std::string, std::size_t> parents;
    std::unordered_multimap<std::string, std::size_t> children;
    for (std::size_t i = 0; i < steps.size(); ++i) {
      if (table_of(i) == key.parent && steps[i].what != action::insert)
        if (const auto referred = steps[i].tuple_before(key.keys))
          parents.emplace(*referred, i);
      if (table_of(i) == key.child)
        if (const auto reference = steps[i].tuple_after(key.columns))
          children.emplace(*reference, i);
    }
    for (std::size_t i = 0; i < steps.size(); ++i) {
      if (table_of(i) == key.child)
        if (const auto reference = steps[i].tuple_before(key.columns))
          if (const auto parent = parents.find(*reference); parent != parents.end() && parent->second != i)
            after[i].push_back(parent->second);
      if (table_of(i) == key.parent && steps[i].what == action::insert)
        if (const auto referred = steps[i].tuple_after(key.keys))
          for (auto [child, last] = children.equal_range(*referred); child != last; ++child)
            if (child->second != i)
              after[i].push_back(child->second);
    }
  }

  void visit(std::size_t step) {
    if (state[step] != waiting)
      return;
    call([] { check_stack_depth(); });
    state[step] = running;
    for (const std::size_t earlier : after[step])
      visit(earlier);
    state[step] = done;
    if (steps[step].what != action::update || !steps[step].columns.empty())
      ordered.push_back(&steps[step]);
  }

  const std::vector<undo_step> &steps;
  std::vector<mark> state;
  std::vector<std::vector<std::size_t>> after; // what each waits for
  std::vector<const undo_step *> ordered;
};

} // namespace

std::vector<const undo_step *> in_order(const std::vector<undo_step> &steps) { return step_order(steps).find(); }

} // namespace upkeep::history
