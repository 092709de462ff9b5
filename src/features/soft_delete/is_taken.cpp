// A stamp is one deletion's: whether another has it among the rows that would come back with this one.
#include "features/catalogue.hpp"
#include "features/registry.hpp"
#include "features/soft_delete/followed_row.hpp"
#include "postgres/as_user.hpp"

#include <algorithm>
#include <set>

namespace upkeep::soft_delete {

using pg::call;

namespace {

bool has_followers(const soft_delete_plan &plan) {
  return std::ranges::any_of(plan.children, [](const auto &link) { return link->follows; });
}

std::shared_ptr<const soft_delete_plan> plan_of_table(Oid table) {
  std::shared_ptr<const soft_delete_plan> plan;
  pg::with_relation(table, [&](Relation relation) {
    if (const Trigger *trigger = trigger_of(relation, soft_delete_feature))
      plan = plan_of(*trigger, relation);
  });
  return plan;
}

// The way from live row to live row, by the keys that a deletion follows. Tables are looked at as the statement sees
// them, so that what it deletes itself has no other's stamp.
class walk {
public:
  explicit walk(Datum stamp) : stamp(stamp) {}

  bool meets_stamp(const soft_delete_plan &plan, const row_values &row) {
    if (look_below(plan, row))
      return true;
    while (!rest.empty()) {
      const step next = std::move(rest.back());
      rest.pop_back();
      call([] { CHECK_FOR_INTERRUPTS(); });
      if (look_below(*next.plan, next.row))
        return true;
    }
    return false;
  }

private:
  struct step {
    std::shared_ptr<const soft_delete_plan> plan;
    row_values row;
  };

  bool look_below(const soft_delete_plan &plan, const row_values &row) {
    return std::ranges::any_of(plan.children, [&](const auto &link) {
      const auto values = row.at(link->places);
      return link->follows && values && look_at(*link, *values);
    });
  }

  bool look_at(const child_link &link, std::vector<Datum> values) {
    const std::shared_ptr<const soft_delete_plan> below = plan_of_table(link.key.child);
    if (!below)
      return false;
    values.push_back(stamp);
    bool found = false;
    pg::as_user(link.owner, SECURITY_NOFORCE_RLS, [&] {
      if (!has_followers(*below)) {
        pg::rows taken = link.taken.read(values);
        found = taken.count() > 0;
        taken.free();
      } else
        for (const auto &upwards : below->parents)
          if (upwards->key.name == link.key.name && upwards->key.child == link.key.child)
            found = note_rows(upwards->rows_under.read(values), below);
    });
    return found;
  }

  bool note_rows(pg::rows found, const std::shared_ptr<const soft_delete_plan> &plan) {
    for (std::uint64_t row = 0; row < found.count(); ++row) {
      bool is_null = false;
      if (DatumGetBool(found.value(row, 3, is_null)))
        return true;
      const auto *at = reinterpret_cast<ItemPointer>(DatumGetPointer(found.value(row, 2, is_null)));
      const place where{found.oid(row, 1), ItemPointerGetBlockNumber(at), ItemPointerGetOffsetNumber(at)};
      if (!visited.insert(where).second)
        continue;
      row_values values;
      for (std::size_t i = 0; i < plan->row_columns.size(); ++i) {
        const Datum value = found.value(row, 4 + static_cast<int>(i), is_null);
        const FormData_pg_attribute &type = plan->row_attributes[i];
        values.values.push_back(is_null ? Datum(0)
                                        : call([&] { return datumCopy(value, type.attbyval, type.attlen); }));
        values.nulls.push_back(is_null);
      }
      rest.push_back({plan, std::move(values)});
    }
    found.free();
    return false;
  }

  using place = std::tuple<Oid, BlockNumber, OffsetNumber>;

  Datum stamp;
  std::vector<step> rest;
  std::set<place> visited; // rows may refer to each other in a circle
};

} // namespace

bool is_taken(const soft_delete_plan &plan, const row_values &row, Datum stamp) {
  return has_followers(plan) && walk(stamp).meets_stamp(plan, row);
}

} // namespace upkeep::soft_delete
