// What upkeep.check() finds: a row a finding.
#pragma once

#include "features/registry.hpp"
#include "postgres/sql/result_set.hpp"

namespace upkeep {

class finding_list {
public:
  explicit finding_list(pg::result_set &result) : result(result) {}
  void add(Oid table, const feature_rule &feature, const std::string &finding, const std::string &hint) {
    result.add(table, std::string(feature.name), finding, hint);
  }

private:
  pg::result_set &result;
};

} // namespace upkeep
