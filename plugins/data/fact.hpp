// fact('os.release.major').value: a fact by dotted path, list elements by their number.
#pragma once

#include "plugins/api/described.hpp"
#include "plugins/api/node.hpp"

namespace muster::plugins::data {

// A fact that is absent or null: exists, value and value_encoding are all false. Lists and maps come
// as JSON, and value_encoding says so.
class FactData final : public DescribedData {
 public:
  FactData(ddl::Lazy<ddl::Data> ddl, Node& node) : DescribedData(std::move(ddl)), node_(node) {}

  Result<Value> query(const std::optional<std::string>& argument) override;

 private:
  Node& node_;
};

}  // namespace muster::plugins::data
