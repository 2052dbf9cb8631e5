// service('nginx').status: whether a service of systemd runs.
#pragma once

#include "plugins/api/described.hpp"
#include "plugins/api/node.hpp"
#include "plugins/systemd/manager.hpp"

namespace muster::plugins::data {

// A service that is not there is stopped, as it is in MCollective, and its `exists` is false.
class ServiceData final : public DescribedData {
 public:
  ServiceData(ddl::Lazy<ddl::Data> ddl, Node&, systemd::Surroundings surroundings = {})
      : DescribedData(std::move(ddl)), surroundings_(std::move(surroundings)) {}

  bool active() const override { return systemd::available(surroundings_); }
  Result<Value> query(const std::optional<std::string>& argument) override;

 private:
  const systemd::Surroundings surroundings_;
};

}  // namespace muster::plugins::data
