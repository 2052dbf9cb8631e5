// What a node without a trusted certificate says in the join zone.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "node-agent/join/join_identity.hpp"
#include "plugins/api/node.hpp"
#include "proto/base/result.hpp"
#include "proto/base/value.hpp"
#include "proto/security/signer.hpp"

namespace muster::agent {

struct AnnouncementContent {
  std::string identity;
  std::string token;  // the JWT of the token's file
  Value facts;
  std::string version;
  std::string address;
  std::string nonce;  // random; the answer must carry it
  std::vector<std::string> agents;
  std::int64_t now_ms = 0;
  // What its certificate request will ask for: the orchestrator tells at once what the token does not
  // allow.
  std::map<std::string, std::string> extensions = {};  // by dotted OID
  std::vector<std::string> alternative_names = {};     // "www.example", "IP:192.0.2.1"
};

// Sealed with the join key, and proved with the token's key (of the token's file). What the machine
// still has of an earlier life goes along, each with a proof that it holds the key: the name's
// certificate in Puppet's ssldir; and when this node is a Puppet master (puppet.cadir holds
// ca_crt.pem), its CA.
Result<std::string> announcement(const AnnouncementContent& content, const JoinIdentity& join,
                                 const x509::Key& token_key, const plugins::PuppetPaths& puppet);

}  // namespace muster::agent
