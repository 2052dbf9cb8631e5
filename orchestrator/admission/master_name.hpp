// Whose a name is: of the CA that it was provisioned by. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "orchestrator/admission/master_endorsement.hpp"

namespace muster::admission {

// What is known when a message comes in the name of a node.
struct NameClaim {
  std::string_view name;            // whom the topic and the signer's certificate name
  std::string_view ca;              // fingerprint of the CA that issued it; empty: none directly
  const Endorsement* endorsement;   // of that CA; null: only a local folder trusts it
  std::string_view provisioned_by;  // fingerprint, by the name's record; empty: no record has one
  std::vector<std::string> master_of = {};  // CAs that are endorsed with this name as their master
};

// Errc::refused, naming both CAs where there are two, unless the certificate is of the CA whose name
// it is. In this order: a CA must have issued it directly; its endorsement must still count; a
// master's name belongs to the CA that it is endorsed with; any other to the CA of its provisioning;
// and the CA's patterns must cover it.
Status may_speak(const NameClaim& claim, std::int64_t now_ms);

}  // namespace muster::admission
