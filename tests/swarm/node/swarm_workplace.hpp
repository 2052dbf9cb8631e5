// What provisioning works on in a swarm: nothing but memory; the CA is in the same process.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "tests/support/played/provision_agent.hpp"
#include "tests/swarm/ca/swarm_ca.hpp"
#include "tests/swarm/node/node_keys.hpp"

namespace muster::swarm {

// On the loop's thread.
class SwarmWorkplace final : public played::Workplace {
 public:
  // `on_finished` hears that the node has had its last step. References outlive it.
  SwarmWorkplace(const std::string& identity, NodeKeys& keys, SwarmCa& ca,
                 std::function<void()> on_finished)
      : identity_(identity), keys_(keys), ca_(ca), on_finished_(std::move(on_finished)) {}

  const Progress* progress() const override { return progress_ ? &*progress_ : nullptr; }
  Status save(Progress progress) override;
  Result<Value> set_puppet_host(const Value& arguments) override;
  Result<Value> request_certificate() override;
  Result<Value> fetch_certificate(const Value& arguments) override;
  bool has_certificate() const override { return keys_.member.has_value(); }
  std::string certificate_issuer() const override;
  void finished() override { on_finished_(); }

 private:
  const std::string& identity_;
  NodeKeys& keys_;
  SwarmCa& ca_;
  const std::function<void()> on_finished_;
  std::optional<Progress> progress_;
};

}  // namespace muster::swarm
