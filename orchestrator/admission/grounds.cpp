#include "orchestrator/admission/grounds.hpp"

#include <algorithm>

#include "orchestrator/admission/approval.hpp"
#include "orchestrator/admission/token_rule.hpp"

namespace muster::admission {
namespace {

// Another machine got the name after the applicant's key had it.
bool was_superseded(const Case& it) {
  const auto& record = it.name.record;
  return it.standing.own_since_ms > 0 && record && !record->key_fingerprint.empty() &&
         record->key_fingerprint != it.applicant.key_fingerprint &&
         record->started_at_ms > it.standing.own_since_ms;
}

// Being offline proves nothing; it is only that nobody who is at work is taken the name from
// without a word.
bool replaces_unasked(const Case& it) {
  if (it.name.member) return false;
  switch (it.rules.replace_names) {
    case ReplaceNames::approval:
      return false;
    case ReplaceNames::exact_token:
      return security::is_exact(it.applicant.token);
    case ReplaceNames::any_token:
      break;
  }
  return true;
}

// By its record; where there is none, by another CA that holds a valid certificate of it as well.
bool is_of_another_ca(const Case& it, const std::string& ca) {
  const auto& record = it.name.record;
  if (record && !record->ca_fingerprint.empty()) return record->ca_fingerprint != ca;
  return std::any_of(it.name.answers->begin(), it.name.answers->end(), [&](const CaAnswer& other) {
    return other.has_certificate && other.ca_fingerprint != ca;
  });
}

}  // namespace

bool has_same_key(const Case& it) {
  const auto& record = it.name.record;
  return record && !record->key_fingerprint.empty() &&
         record->key_fingerprint == it.applicant.key_fingerprint;
}

bool is_approved(const Case& it) {
  return it.name.record &&
         approval_stands(it.name.record->approval, it.applicant.key_fingerprint, it.now_ms);
}

bool token_replaces(const Case& it) {
  if (was_superseded(it)) return false;
  const bool by_another = used_by_another_key(it);
  if (it.applicant.token.replace) return !by_another || !is_spent(it);
  return !by_another && replaces_unasked(it);
}

// Who runs a CA can make a certificate of any name and say that it is valid: it proves the name only
// while that name is of this CA.
bool proves_old_key(const Case& it) {
  const auto& old = it.applicant.old;
  if (!old || !it.name.answers || is_of_another_ca(it, old->ca_fingerprint)) return false;
  const auto& answers = *it.name.answers;
  const auto& record = it.name.record;
  const auto its_ca = std::find_if(answers.begin(), answers.end(), [&](const CaAnswer& answer) {
    return answer.ca_fingerprint == old->ca_fingerprint;
  });
  if (its_ca != answers.end())
    return its_ca->has_certificate && its_ca->certificate_fingerprint == old->fingerprint;
  // The CA is down. When another CA answers for the master of the record, the name moved there.
  return record && record->state == "finished" &&
         std::none_of(answers.begin(), answers.end(), [&](const CaAnswer& answer) {
           return answer.has_certificate || answer.master == record->master;
         });
}

}  // namespace muster::admission
