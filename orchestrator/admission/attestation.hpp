// The last word of a site about a machine that the rules would let in: a program of the site's may hold it against what only
// the site knows. docs/operating/ATTESTATION.md describes the program. Pure, as all here.
#pragma once

#include <string>
#include <string_view>

#include "orchestrator/admission/applicant.hpp"
#include "orchestrator/admission/attestation_word.hpp"
#include "orchestrator/admission/case.hpp"
#include "orchestrator/admission/verdict.hpp"
#include "proto/base/result.hpp"
#include "proto/base/value.hpp"

namespace muster::admission {

// What the program gets on stdin: what the machine announces, and what of it is proved. No token, no nonce.
Value attestation_question(const OpenedAnnouncement& opened, const Applicant& applicant);

// What it printed: {"verdict": "admit"|"refuse"|"wait", "reason": TEXT}, nothing else. Errc::invalid_data for all else, which
// is no word at all.
Result<Attestation> read_attestation(std::string_view printed);

std::string_view name_of(Attestation::Word word);  // "admit", "refuse", "wait"

// `verdict` of the rules, when the site has the last word (Rules::attestation): Decision::attest until it.attestation is there.
// It lets nobody in whom the rules do not.
Verdict attested(const Case& it, Verdict verdict);

}  // namespace muster::admission
