#include "plugins/data/puppet/puppet_data.hpp"

#include "plugins/agents/puppet/puppet_status.hpp"

namespace muster::plugins::data {

Result<Value> PuppetData::query(const std::optional<std::string>&) {
  auto status = puppet::status_reply(node_);
  status.erase("message");  // for people, and another one every second
  return status;
}

}  // namespace muster::plugins::data
