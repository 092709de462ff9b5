// Figures written by one statement, which the target's triggers FOR EACH STATEMENT see.
#pragma once

#include "features/rollups/source/pass/group_pass.hpp"

namespace upkeep::rollups {

class statement_pass final : public group_pass {
public:
  using group_pass::group_pass;

  bool write(const group_change &change, bool anew) override;
  void after_insert() override;

private:
  void finish() override;
  struct locked_group {
    const group_change *change;
    bool anew;
  };
  struct computed_group {
    key_value key;
    std::vector<NullableDatum> figures;
  };

  void prepare(const locked_group &group);
  void write_one(const computed_group &group) const;
  void write_many() const;

  std::vector<locked_group> locked;
  std::vector<computed_group> computed;
  bool is_stale = false; // what was computed may not hold any more
};

} // namespace upkeep::rollups
