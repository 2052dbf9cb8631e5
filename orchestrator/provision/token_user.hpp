// Who wants to use a join token.
#pragma once

#include <string>

#include "orchestrator/admission/applicant.hpp"

namespace muster::provision {

struct TokenUser {
  std::string identity;
  std::string key_fingerprint;  // of its join key
  std::string ca_fingerprint;   // of the CA that it offers; a node has none

  // What a use is known by beside token and name: a master is known by its CA, a node by its key.
  const std::string& subject() const {
    return ca_fingerprint.empty() ? key_fingerprint : ca_fingerprint;
  }
};

inline TokenUser user_of(const admission::Applicant& applicant) {
  return {applicant.identity, applicant.key_fingerprint,
          applicant.ca ? applicant.ca->certificate.fingerprint() : ""};
}

}  // namespace muster::provision
