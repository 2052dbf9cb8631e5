// collective('mcollective').member: whether this node is in a collective.
#pragma once

#include "plugins/api/data.hpp"
#include "plugins/api/node.hpp"

namespace muster::plugins::data {

class CollectiveData final : public DataPlugin {
 public:
  CollectiveData(ddl::Data ddl, Node& node) : ddl_(std::move(ddl)), node_(node) {}

  const ddl::Data& ddl() const override { return ddl_; }
  Result<Value> query(const std::optional<std::string>& argument) override;

 private:
  const ddl::Data ddl_;
  Node& node_;
};

}  // namespace muster::plugins::data
