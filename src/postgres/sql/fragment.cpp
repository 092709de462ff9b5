#include "postgres/sql/fragment.hpp"

namespace upkeep::pg {

fragment joined(const std::vector<fragment> &parts, std::string_view separator) {
  std::string list;
  for (const fragment &part : parts)
    list.append(&part == parts.data() ? "" : separator).append(part.text());
  return fragment(std::move(list));
}

fragment columns_of(std::string_view alias, const std::vector<std::string> &names) {
  std::string list;
  for (const std::string &name : names)
    list.append(list.empty() ? "" : ", ").append(alias).append(".").append(quoted(name));
  return fragment(std::move(list));
}

} // namespace upkeep::pg
