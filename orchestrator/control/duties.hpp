// What an orchestrator's other parts do for operators. The desk judges who may ask and tells the
// caller what became of it; these do it. All of them are called on the desk's thread, one at a time,
// and may take some seconds. Every orchestrator that hears a request carries it out, so each must be
// harmless when done twice.
#pragma once

#include <string>

#include "proto/base/result.hpp"
#include "proto/x509/revocation_list.hpp"

namespace muster::control {

class Provisioning {
 public:
  virtual ~Provisioning() = default;
  // Every step anew, at once. Errc::aborted says why not: not online, refused, under way.
  virtual Status again(const std::string& node) = 0;
  // The record goes. Errc::not_found when there is none, Errc::aborted while it is being provisioned.
  virtual Status forget(const std::string& node) = 0;
};

class Approvals {
 public:
  virtual ~Approvals() = default;
  // The machine that waits for this taken name with that key gets it. Errc::not_found when none waits,
  // Errc::refused when another one does.
  virtual Status approve(const std::string& node, const std::string& key_fingerprint,
                         const std::string& caller) = 0;
};

class Bans {
 public:
  virtual ~Bans() = default;
  // Nobody listens to the node any more, from now on.
  virtual Status ban(const std::string& node, const std::string& reason,
                     const std::string& caller) = 0;
  // Errc::aborted when it is not banned.
  virtual Status unban(const std::string& node, const std::string& caller) = 0;
};

class Revocations {
 public:
  virtual ~Revocations() = default;
  // Whoever stands in the list is refused from now on. Errc::refused or aborted says why it is not
  // believed: not of one of the roots, older than what is known.
  virtual Status revoke(const x509::RevocationList& list, const std::string& caller) = 0;
};

class Tokens {
 public:
  virtual ~Tokens() = default;
  virtual Status revoke(const std::string& token, const std::string& caller) = 0;
};

// Borrowed; they outlive the desk. Null: its actions are answered with status 1, which says so.
struct Duties {
  Provisioning* provisioning = nullptr;
  Approvals* approvals = nullptr;
  Bans* bans = nullptr;
  Tokens* tokens = nullptr;
  Revocations* revocations = nullptr;
};

}  // namespace muster::control
