// fact('os.release.major').value: a fact by dotted path, list elements by their number.
#pragma once

#include "plugins/api/data.hpp"
#include "plugins/api/node.hpp"

namespace muster::plugins::data {

// A fact that is absent or null: exists, value and value_encoding are all false. Lists and maps come
// as JSON, and value_encoding says so.
class FactData final : public DataPlugin {
 public:
  FactData(ddl::Data ddl, Node& node) : ddl_(std::move(ddl)), node_(node) {}

  const ddl::Data& ddl() const override { return ddl_; }
  Result<Value> query(const std::optional<std::string>& argument) override;

 private:
  const ddl::Data ddl_;
  Node& node_;
};

}  // namespace muster::plugins::data
