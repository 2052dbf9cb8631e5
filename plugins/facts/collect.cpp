#include "plugins/facts/collect.hpp"

#include <nlohmann/json.hpp>

namespace muster::facts {

Value collect_own(const std::filesystem::path& root) {
  Value facts = Value::object();
  add_os(root, facts);
  add_kernel(facts);
  add_processors(root, facts);
  add_memory(root, facts);
  add_networking(root, facts);
  add_virtualization(root, facts);
  add_uptime(root, facts);
  add_legacy(facts);
  return facts;
}

}  // namespace muster::facts
