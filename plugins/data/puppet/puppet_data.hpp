// puppet().enabled: what the Puppet agent of this node does; the outputs of puppet#status.
#pragma once

#include "plugins/api/described.hpp"
#include "plugins/api/node.hpp"

namespace muster::plugins::data {

class PuppetData final : public DescribedData {
 public:
  PuppetData(ddl::Lazy<ddl::Data> ddl, Node& node) : DescribedData(std::move(ddl)), node_(node) {}

  Result<Value> query(const std::optional<std::string>& argument) override;

 private:
  Node& node_;
};

}  // namespace muster::plugins::data
