// Everything that a verdict is made of. Plain values: whoever judges collects them first.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "orchestrator/admission/applicant.hpp"
#include "orchestrator/admission/attestation_word.hpp"
#include "orchestrator/admission/rules.hpp"
#include "proto/messages/provision_record.hpp"

namespace muster::admission {

// What the ledger says of the applicant's token.
struct Standing {
  bool revoked = false;
  std::string revoked_by;  // and why
  std::uint32_t used = 0;  // how often it counts as used
  std::string last_user;   // a name that used it
  // A use is (token, name) for a node and (token, name, CA) for a master: there is one already.
  bool used_by_name = false;
  // Since when the applicant's own key (a master's: its CA) is in the ledger; 0: it is not.
  std::int64_t own_since_ms = 0;
};

// What the name's provision record says.
struct NameRecord {
  std::string state;            // waiting, running, finished, failed, refused, cancelled
  std::string master;           // whose CA signs, or signed; empty: none was chosen yet
  std::string key_fingerprint;  // join key of the machine that was provisioned
  std::int64_t started_at_ms = 0;
  std::optional<messages::NameApproval> approval;
  std::string ca_fingerprint = {};  // the CA that the name belongs to; empty: none was chosen yet
};

// A member of the name that is online, with a certificate that verifies.
struct OnlineMember {
  std::string ca_fingerprint;
  std::string certificate_fingerprint;
};

// What a Puppet CA answered about the name. One that did not answer is not here.
struct CaAnswer {
  std::string master;
  std::string ca_fingerprint;
  bool has_certificate = false;         // a signed one, not revoked
  std::string certificate_fingerprint;  // hex, lower case, without colons
};

// The machine that was let in under the name, and is not finished.
struct OnItsWay {
  std::string key_fingerprint;  // of its join key
  std::string address;          // as it told it
};

struct NameState {
  std::optional<NameRecord> record;
  std::optional<OnItsWay>
      on_its_way;  // nothing: nobody is, or it failed, was cancelled or is forgotten
  std::optional<OnlineMember> member;
  std::optional<std::vector<CaAnswer>> answers;  // nothing: nobody was asked yet
  bool instance_gone = false;  // the provider says so of the machine that had the name
};

struct Case {
  Applicant applicant;
  Standing standing;
  NameState name;
  Rules rules;
  std::int64_t now_ms = 0;
  std::optional<Attestation> attestation = {};  // nothing: the site's program was not asked yet
};

}  // namespace muster::admission
