// collective('mcollective').member: whether this node is in a collective.
#pragma once

#include "plugins/api/described.hpp"
#include "plugins/api/node.hpp"

namespace muster::plugins::data {

class CollectiveData final : public DescribedData {
 public:
  CollectiveData(ddl::Lazy<ddl::Data> ddl, Node& node)
      : DescribedData(std::move(ddl)), node_(node) {}

  Result<Value> query(const std::optional<std::string>& argument) override;

 private:
  Node& node_;
};

}  // namespace muster::plugins::data
