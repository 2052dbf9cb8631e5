// Looks at this machine for the node: facts, classes, addresses, names and certificate, which may take a while.
#pragma once

#include <filesystem>
#include <string>

#include "node-agent/config/agent_config.hpp"
#include "node-agent/core/host.hpp"
#include "node-agent/dispatch/agent_table.hpp"
#include "node-agent/join/announcement.hpp"
#include "node-agent/join/join_identity.hpp"
#include "plugins/facts/fact_store.hpp"
#include "proto/security/known_roots.hpp"

namespace muster::agent {

// Not thread-safe: used on one thread beside the loop. What it is given must be safe there, and outlive it.
class Look {
 public:
  struct Parts {
    const AgentConfig& config;
    const std::string& identity;
    const facts::FactStore& facts;
    const AgentTable& agents;
    const security::KnownRoots& roots;
  };
  explicit Look(Parts parts);

  // `broker`: to which the address leads. `certificate`: the fingerprint of the one that the link was made with; empty in the
  // join zone.
  View view(const std::string& broker, const std::string& certificate);
  Names names(bool thoroughly);

 private:
  std::string find_other_name() const;
  bool renewed(const std::string& certificate);

  const Parts parts_;
  const std::string first_name_;  // the host's
  std::string host_name_;         // when it was last looked at
  std::string other_name_;        // see View
  std::string seen_for_;          // the certificate that what follows was compared with
  std::filesystem::file_time_type certificate_seen_{};  // when its file was last changed
};

// `content` with what this machine's certificate request will ask for, and sealed. Reads Puppet's files.
Result<std::string> sealed_announcement(AnnouncementContent content, const AgentConfig& config,
                                        const JoinIdentity& join, const x509::Key& token_key);

}  // namespace muster::agent
