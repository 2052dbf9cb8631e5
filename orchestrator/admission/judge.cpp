#include "orchestrator/admission/judge.hpp"

#include <fmt/format.h>

#include "orchestrator/admission/attestation.hpp"
#include "orchestrator/admission/extensions.hpp"
#include "orchestrator/admission/grounds.hpp"
#include "orchestrator/admission/holding.hpp"
#include "orchestrator/admission/reserved.hpp"
#include "orchestrator/admission/token_rule.hpp"
#include "proto/x509/request.hpp"

namespace muster::admission {
namespace {

Verdict refused(const Error& error) {
  return {Decision::refuse, Ground::none, error.message};
}

// A further key counts only where the token itself let it in: a key that was proved, or approved, or
// came to a free name is no new use.
Verdict admitted(const Case& it, Ground ground) {
  Verdict verdict{Decision::admit, ground, ""};
  verdict.further = ground == Ground::token && used_by_another_key(it);
  verdict.counts = !it.standing.used_by_name || verdict.further;
  return verdict;
}

// Needs nobody's answer.
Ground ground_at_hand(const Case& it) {
  if (has_same_key(it)) return Ground::same_key;
  if (is_approved(it)) return Ground::approval;
  // It may have come back while the provider was asked.
  if (it.name.instance_gone && !it.name.member) return Ground::provider;
  if (token_replaces(it)) return Ground::token;
  return Ground::none;
}

std::string what_to_do(const Case& it, const std::string& holder) {
  const auto& name = it.applicant.identity;
  return fmt::format(
      "the name {} belongs to {}. The machine waits until an operator says 'muster provision "
      "approve {}'; it could also prove the old certificate's key, or show a token made with "
      "'muster token create --replace'",
      name, holder, name);
}

Status check_names(const Case& it) {
  if (it.applicant.master()) return {};
  MUSTER_TRY(x509::check_common_name(it.applicant.identity));
  auto names = it.applicant.alternative_names;
  names.insert(names.begin(), it.applicant.identity);
  return check_reserved(names, it.rules);
}

// A master brings its certificate along.
Status check_content(const Case& it) {
  const auto& applicant = it.applicant;
  if (applicant.master()) return {};
  MUSTER_TRY(check_extensions(applicant.extensions, applicant.token));
  return check_alternative_names(applicant.alternative_names, applicant.identity, applicant.token);
}

Verdict judge_by_rules(const Case& it) {
  if (auto names = check_names(it); !names) return refused(names.error());
  if (auto token = token_is_good(it); !token) return refused(token.error());
  if (auto content = check_content(it); !content) return refused(content.error());
  if (const auto ground = ground_at_hand(it); ground != Ground::none) return admitted(it, ground);
  const auto holding = holding_of(it);
  if (holding.state == Holding::State::unknown) return {Decision::ask, Ground::none, ""};
  if (holding.state == Holding::State::free_name) return admitted(it, Ground::free_name);
  if (proves_old_key(it)) return admitted(it, Ground::old_key);
  return {Decision::wait, Ground::none, what_to_do(it, holding.by)};
}

}  // namespace

Verdict judge(const Case& it) {
  return attested(it, judge_by_rules(it));
}

}  // namespace muster::admission
