// What provisioning works on in a simulation: a machine's disk in memory, and the CA at the address that it was pointed at.
#pragma once

#include <string>
#include <utility>

#include "tests/sim/node/disk.hpp"
#include "tests/sim/surroundings/surroundings.hpp"
#include "tests/support/played/provision_agent.hpp"

namespace muster::sim {

// On the loop's thread. What it is given must outlive it.
class SimWorkplace final : public played::Workplace {
 public:
  SimWorkplace(Surroundings& around, Disk& disk, const std::string& identity)
      : around_(around), disk_(disk), identity_(identity) {}

  const Progress* progress() const override { return disk_.progress ? &*disk_.progress : nullptr; }
  Status save(Progress progress) override;
  Result<Value> set_puppet_host(const Value& arguments) override;
  Result<Value> request_certificate() override;
  Result<Value> fetch_certificate(const Value& arguments) override;
  bool has_certificate() const override { return disk_.certificate.has_value(); }
  std::string certificate_issuer() const override;

 private:
  Result<PuppetCa*> ca() const;

  Surroundings& around_;
  Disk& disk_;
  const std::string& identity_;
};

}  // namespace muster::sim
