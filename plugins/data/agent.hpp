// agent('puppet').version: what an agent of this node says of itself.
#pragma once

#include "plugins/api/data.hpp"
#include "plugins/api/node.hpp"

namespace muster::plugins::data {

class AgentData final : public DataPlugin {
 public:
  AgentData(ddl::Data ddl, Node& node) : ddl_(std::move(ddl)), node_(node) {}

  const ddl::Data& ddl() const override { return ddl_; }
  // Errc::not_found for an agent that is not active here.
  Result<Value> query(const std::optional<std::string>& argument) override;

 private:
  const ddl::Data ddl_;
  Node& node_;
};

}  // namespace muster::plugins::data
