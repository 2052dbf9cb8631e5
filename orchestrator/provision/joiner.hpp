// A node of the join zone that may be provisioned.
#pragma once

#include <string>

#include "orchestrator/client/caller.hpp"
#include "orchestrator/provision/certificate_grant.hpp"
#include "proto/base/value.hpp"

namespace muster::provision {

struct Joiner {
  std::string identity;
  client::JoinAddress address;
  Value facts;
  std::string key_fingerprint;  // of its join key
  std::string told_address;     // as it told it
  CertificateGrant grant;       // what its certificate may say
  std::string token;            // its id
  std::string workflow = {};    // the one that it is for; empty: as the rules say
  bool replaces = false;  // it was given the name though another machine is on its way under it
};

// Who has a name for as long as it is on its way under it.
struct MachineHere {
  std::string key_fingerprint;  // of its join key; of a member that did not join here empty
  std::string address;          // as it told it
};

}  // namespace muster::provision
