// resource('file[/etc/motd]').managed and resource().failed_resources: what Puppet manages on this
// node, and how its last run went.
#pragma once

#include "plugins/api/data.hpp"
#include "plugins/api/node.hpp"

namespace muster::plugins::data {

// Before the first run nothing is managed, and the numbers are -1; lastrun is 0.
class ResourceData final : public DataPlugin {
 public:
  ResourceData(ddl::Data ddl, Node& node) : ddl_(std::move(ddl)), node_(node) {}

  const ddl::Data& ddl() const override { return ddl_; }
  Result<Value> query(const std::optional<std::string>& argument) override;

 private:
  const ddl::Data ddl_;
  Node& node_;
};

}  // namespace muster::plugins::data
