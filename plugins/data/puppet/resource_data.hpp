// resource('file[/etc/motd]').managed and resource().failed_resources: what Puppet manages on this
// node, and how its last run went.
#pragma once

#include "plugins/api/described.hpp"
#include "plugins/api/node.hpp"

namespace muster::plugins::data {

// Before the first run nothing is managed, and the numbers are -1; lastrun is 0.
class ResourceData final : public DescribedData {
 public:
  ResourceData(ddl::Lazy<ddl::Data> ddl, Node& node) : DescribedData(std::move(ddl)), node_(node) {}

  Result<Value> query(const std::optional<std::string>& argument) override;

 private:
  Node& node_;
};

}  // namespace muster::plugins::data
