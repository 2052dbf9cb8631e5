// What a node without a trusted certificate says in the join zone.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "node-agent/join/join_identity.hpp"
#include "plugins/api/node.hpp"
#include "proto/base/result.hpp"
#include "proto/base/value.hpp"
#include "proto/security/signer.hpp"

namespace muster::agent {

inline constexpr std::size_t kAnnouncedFactsMaxBytes =
    64 * 1024;  // beyond, or when one cannot travel: presence's chosen facts only

struct AnnouncementContent {
  std::string identity;
  std::string token;
  Value facts;
  std::string version;
  std::string address;
  std::string nonce;  // random; the answer must carry it
  std::vector<std::string> agents;
  std::int64_t now_ms = 0;
};

// Sealed with the join key. When this node is a Puppet master (puppet.cadir holds ca_crt.pem), it
// offers its CA with a proof that it holds a certificate of it.
Result<std::string> announcement(const AnnouncementContent& content, const JoinIdentity& join,
                                 const plugins::PuppetPaths& puppet);

}  // namespace muster::agent
