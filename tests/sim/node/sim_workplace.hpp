// What provisioning works on in a simulation: a machine's disk in memory, and the CA at the address that it was pointed at.
#pragma once

#include <functional>
#include <string>
#include <utility>

#include "tests/sim/node/disk.hpp"
#include "tests/sim/surroundings/surroundings.hpp"
#include "tests/support/played/provision_agent.hpp"

namespace muster::sim {

// On the loop's thread. What it is given must outlive it.
class SimWorkplace final : public played::Workplace {
 public:
  // `power_lost`: the machine is to be switched off; called within an action, so only later.
  SimWorkplace(Surroundings& around, Disk& disk, const std::string& identity,
               std::function<void()> power_lost)
      : around_(around), disk_(disk), identity_(identity), power_lost_(std::move(power_lost)) {}

  const Progress* progress() const override { return disk_.progress ? &*disk_.progress : nullptr; }
  Status save(Progress progress) override;
  Result<Value> set_puppet_host(const Value& arguments) override;
  Result<Value> request_certificate() override;
  Result<Value> fetch_certificate(const Value& arguments) override;
  Status give_up_certificate(const std::string& issued_by, Progress progress) override;
  bool has_certificate() const override { return disk_.certificate.has_value(); }
  std::string certificate_issuer() const override;

 private:
  Result<PuppetCa*> ca() const;
  // `change` is on the disk afterwards, unless that is full or the power fails.
  Status write(const std::function<void()>& change);

  Surroundings& around_;
  Disk& disk_;
  const std::string& identity_;
  const std::function<void()> power_lost_;
};

}  // namespace muster::sim
