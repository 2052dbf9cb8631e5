#include "plugins/data/collective.hpp"

#include <algorithm>

namespace muster::plugins::data {

Result<Value> CollectiveData::query(const std::optional<std::string>& argument) {
  const auto ours = node_.collectives();
  return Value{{"member", std::find(ours.begin(), ours.end(), argument) != ours.end()}};
}

}  // namespace muster::plugins::data
