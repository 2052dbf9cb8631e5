// Who may become what: the one place that decides about a machine in the join zone. Pure: the same
// case gives the same verdict.
//
// In this order: names that nobody is given; the token itself; what the
// certificate shall say; whether this machine had the name
// all along; an operator's approval; the provider's word; a token that replaces; then, with the CAs'
// answers, proof of the old key, and whether anybody has the name at all. A name that is held and
// none of these lets go waits for an operator. Whom all that lets in, the site's attestation may still keep out.
#pragma once

#include "orchestrator/admission/case.hpp"
#include "orchestrator/admission/verdict.hpp"

namespace muster::admission {

// Decision::ask only while it.name.answers is empty, and only when the answers matter; Decision::attest only while
// it.attestation is, and the site has one.
Verdict judge(const Case& it);

}  // namespace muster::admission
