#include "orchestrator/admission/token_rule.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "proto/base/names.hpp"

namespace muster::admission {
namespace {

constexpr std::string_view kMakeAnother = "make another with 'muster token create'";

Status is_for_us(const Case& it) {
  const auto& token = it.applicant.token;
  if (token.collective != it.rules.collective)
    return fail(Errc::refused, fmt::format("token {} is for collective '{}', this is '{}'",
                                           token.id, token.collective, it.rules.collective));
  const auto& workflows = it.rules.workflows;
  const bool known =
      std::find(workflows.begin(), workflows.end(), token.workflow) != workflows.end();
  if (!token.workflow.empty() && !known)
    return fail(Errc::refused,
                fmt::format("token {} is for workflow '{}'; this orchestrator follows '{}'",
                            token.id, token.workflow, fmt::join(workflows, "', '")));
  if (it.applicant.master() && !token.master)
    return fail(Errc::refused,
                fmt::format("{} offers a Puppet CA, but its token {} is not for masters: make one "
                            "with 'muster token create --master'",
                            it.applicant.identity, token.id));
  return {};
}

tl::unexpected<Error> spent_error(const Case& it) {
  const auto& token = it.applicant.token;
  return fail(Errc::refused,
              fmt::format("join token {} is spent: it was for {} {}{}, and {} used it; {}",
                          token.id, token.uses, it.applicant.master() ? "master" : "node",
                          token.uses == 1 ? "" : "s", it.standing.last_user, kMakeAnother));
}

}  // namespace

bool is_spent(const Case& it) {
  return it.applicant.token.uses > 0 && it.standing.used >= it.applicant.token.uses;
}

bool used_by_another_key(const Case& it) {
  return it.standing.used_by_name && it.standing.own_since_ms == 0;
}

Status token_is_not_revoked(const std::string& token_id, const Standing& standing) {
  if (!standing.revoked) return {};
  return fail(Errc::refused, fmt::format("join token {} was revoked by {}; {}", token_id,
                                         standing.revoked_by, kMakeAnother));
}

Status token_is_good(const Case& it) {
  const auto& token = it.applicant.token;
  MUSTER_TRY(security::usable_by(token, it.applicant.identity, it.now_ms));
  MUSTER_TRY(is_for_us(it));
  MUSTER_TRY(token_is_not_revoked(token.id, it.standing));
  if (!is_spent(it)) return {};
  if (!it.standing.used_by_name) return spent_error(it);
  const bool lately =
      it.now_ms - it.standing.own_since_ms <= std::chrono::milliseconds(kEndorseAgain).count();
  if (it.applicant.master() && !it.applicant.ca->trusted && !lately) return spent_error(it);
  return {};
}

}  // namespace muster::admission
