// The Puppet CAs that the collective trusts, as retained messages that orchestrators sign.
#pragma once

#include <string>
#include <string_view>

#include "proto/base/result.hpp"
#include "proto/security/trust_store.hpp"
#include "proto/x509/certificate.hpp"

namespace muster::client {

class Link;

struct TrustedCa {
  x509::Certificate certificate;
  std::string offered_by;   // identity of the master, or the operator's name
  std::string endorsed_by;  // who signed the message
  std::int64_t at_ms = 0;
};

// Verifies: signed by an orchestrator, about the CA that the topic names.
Result<TrustedCa> read_trusted_ca(std::string_view topic, std::string_view payload,
                                  const security::TrustStore& operators);
// Every broker, orchestrator and command line trusts this CA's nodes from then on. Waits for the
// broker's word.
Status publish_trusted_ca(Link& link, const x509::Certificate& ca, const std::string& offered_by);

// Nobody who hears it trusts this CA's nodes any more. Waits for the broker's word.
Status withdraw_trusted_ca(Link& link, const std::string& fingerprint);

}  // namespace muster::client
