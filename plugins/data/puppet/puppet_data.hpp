// puppet().enabled: what the Puppet agent of this node does; the outputs of puppet#status.
#pragma once

#include "plugins/api/data.hpp"
#include "plugins/api/node.hpp"

namespace muster::plugins::data {

class PuppetData final : public DataPlugin {
 public:
  PuppetData(ddl::Data ddl, Node& node) : ddl_(std::move(ddl)), node_(node) {}

  const ddl::Data& ddl() const override { return ddl_; }
  Result<Value> query(const std::optional<std::string>& argument) override;

 private:
  const ddl::Data ddl_;
  Node& node_;
};

}  // namespace muster::plugins::data
