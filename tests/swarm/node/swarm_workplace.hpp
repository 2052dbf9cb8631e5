// What provisioning works on in a swarm: memory, and a folder where the node is to outlive its process.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "tests/support/played/provision_agent.hpp"
#include "tests/swarm/ca/nodes_ca.hpp"
#include "tests/swarm/node/node_folder.hpp"
#include "tests/swarm/node/node_keys.hpp"

namespace muster::swarm {

// By the names of the masters that they are of.
using CasOfMasters = std::map<std::string, NodesCa*>;

// On the loop's thread.
class SwarmWorkplace final : public played::Workplace {
 public:
  // `folder` null: nothing is kept. `on_finished` hears that the node has had its last step. What it is given outlives it.
  SwarmWorkplace(const std::string& identity, NodeKeys& keys, const CasOfMasters& cas,
                 const NodeFolder* folder, std::function<void()> on_finished)
      : identity_(identity),
        keys_(keys),
        cas_(cas),
        folder_(folder),
        on_finished_(std::move(on_finished)) {}
  // What the folder has; before all others. Errc::io for a damaged file.
  Status open();

  const Progress* progress() const override { return progress_ ? &*progress_ : nullptr; }
  Status save(Progress progress) override;
  Result<Value> set_puppet_host(const Value& arguments) override;
  Result<Value> request_certificate() override;
  Result<Value> fetch_certificate(const Value& arguments) override;
  bool has_certificate() const override { return keys_.member.has_value(); }
  std::string certificate_issuer() const override;
  void finished() override { on_finished_(); }

 private:
  // Of the master that the node was told; of the only one when it was told none. Errc::not_found.
  Result<NodesCa*> ca() const;
  Status make_key();
  Result<x509::SigningRequest> make_request();

  const std::string& identity_;
  NodeKeys& keys_;
  const CasOfMasters& cas_;
  const NodeFolder* const folder_;
  const std::function<void()> on_finished_;
  std::optional<Progress> progress_;
  std::string master_;
};

}  // namespace muster::swarm
