#include "orchestrator/admission/master_grant.hpp"

namespace muster::admission {

MasterGrant grant_of(const security::JoinClaims& token) {
  MasterGrant grant{.patterns = token.issues};
  for (const auto& [fact, value] : token.serves) grant.facts[fact] = value;
  return grant;
}

}  // namespace muster::admission
