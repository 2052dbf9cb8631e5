// What one node of a swarm has on disk, so that it goes on from there when its process was killed.
#pragma once

#include <filesystem>
#include <string>

#include "plugins/agents/provision/progress.hpp"
#include "proto/base/result.hpp"
#include "proto/x509/request.hpp"
#include "tests/swarm/node/node_keys.hpp"

namespace muster::swarm {

// Files in its folder: join.id and join.key; provision.json, as the agent's own; requested.key and request.pem; member.pem,
// certificate and key in one write; master, the node's Puppet Server. Each is written whole or not at all.
class NodeFolder {
 public:
  explicit NodeFolder(std::filesystem::path folder) : folder_(std::move(folder)) {}

  // All that it has; a join identity is made when there is none.
  Result<NodeKeys> keys() const;
  // The same for who only looks: without a join identity.
  Result<NodeKeys> keys_to_look_at() const;
  // Nothing: nobody has ever wanted it provisioned. Errc::io for a damaged file.
  Result<std::optional<plugins::provision::Progress>> progress() const;
  Status save(const plugins::provision::Progress& progress) const;
  // The key is kept first, so that nothing is asked for with one that could be lost.
  Status save_key(const x509::Key& key) const;
  // Of an earlier request with that key; nothing when there is none. Signatures differ, and so would another's fingerprint.
  std::optional<x509::SigningRequest> request() const;
  Status save_request(const x509::SigningRequest& request) const;
  Status save_member(const Pair& pair) const;
  std::string master() const;  // empty: none was told
  Status save_master(const std::string& name) const;

 private:
  const std::filesystem::path folder_;
};

}  // namespace muster::swarm
