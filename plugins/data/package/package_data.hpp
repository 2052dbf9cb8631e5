// package('nginx').version: whether a package is installed, and which version.
#pragma once

#include <memory>

#include "plugins/api/data.hpp"
#include "plugins/api/node.hpp"
#include "plugins/packages/provider.hpp"

namespace muster::plugins::data {

// One that is not installed, or was never heard of, has status "absent" or "purged" and no version.
class PackageData final : public DataPlugin {
 public:
  PackageData(ddl::Data ddl, Node&, const packages::Programs& programs = {})
      : ddl_(std::move(ddl)), provider_(packages::find_provider(programs)) {}

  const ddl::Data& ddl() const override { return ddl_; }
  bool active() const override { return provider_ != nullptr; }
  Result<Value> query(const std::optional<std::string>& argument) override;

 private:
  const ddl::Data ddl_;
  const std::unique_ptr<packages::Provider> provider_;
};

}  // namespace muster::plugins::data
