// package('nginx').version: whether a package is installed, and which version.
#pragma once

#include <memory>

#include "plugins/api/described.hpp"
#include "plugins/api/node.hpp"
#include "plugins/packages/provider.hpp"

namespace muster::plugins::data {

// One that is not installed, or was never heard of, has status "absent" or "purged" and no version.
class PackageData final : public DescribedData {
 public:
  PackageData(ddl::Lazy<ddl::Data> ddl, Node&, const packages::Programs& programs = {})
      : DescribedData(std::move(ddl)), provider_(packages::find_provider(programs)) {}

  bool active() const override { return provider_ != nullptr; }
  Result<Value> query(const std::optional<std::string>& argument) override;

 private:
  const std::unique_ptr<packages::Provider> provider_;
};

}  // namespace muster::plugins::data
