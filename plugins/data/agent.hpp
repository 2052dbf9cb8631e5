// agent('puppet').version: what an agent of this node says of itself.
#pragma once

#include "plugins/api/described.hpp"
#include "plugins/api/node.hpp"

namespace muster::plugins::data {

class AgentData final : public DescribedData {
 public:
  AgentData(ddl::Lazy<ddl::Data> ddl, Node& node) : DescribedData(std::move(ddl)), node_(node) {}

  // Errc::not_found for an agent that is not active here.
  Result<Value> query(const std::optional<std::string>& argument) override;

 private:
  Node& node_;
};

}  // namespace muster::plugins::data
