#include "proto/approval/checker.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "proto/approval/signature.hpp"
#include "proto/messages/request.hpp"

namespace muster::approval {

Checker::Checker(const security::Trust& commanding, const base::Clock& clock,
                 std::filesystem::path used)
    : commanding_(commanding), clock_(clock), used_(std::move(used), clock) {}

// All that no signature is needed for, as that costs most.
Result<Statement> Checker::statement_for(const messages::Request& request,
                                         const Value& arguments) const {
  const auto& approved = *request.approved;
  if (approved.approvals.size() > kAttachedMax)
    return fail(Errc::limit, fmt::format("{} approvals are attached; {} are looked at, at most",
                                         approved.approvals.size(), kAttachedMax));
  MUSTER_ASSIGN(auto statement, parse(approved.statement));
  for (const auto& why : {why_not_for(statement, request, arguments),
                          why_not_now(statement, clock_.unix_ms()), used_.why_not(statement)})
    if (!why.empty())
      return fail(Errc::refused, fmt::format("the approval {} {}", statement.id, why));
  return statement;
}

Checked Checker::check(const messages::Request& request, const Value& arguments) const {
  Checked checked;
  if (!request.approved) return checked;
  auto statement = statement_for(request, arguments);
  if (!statement) {
    checked.why_not = std::move(statement).error().message;
    return checked;
  }
  const auto& approved = *request.approved;
  for (const auto& sealed : approved.approvals) {
    auto approver = approver_of(sealed, *statement, approved.statement, commanding_);
    if (!approver) {
      checked.why_not += (checked.why_not.empty() ? "" : "; ") + approver.error().message;
      continue;
    }
    auto id = "cert=" + *approver;
    if (std::find(checked.by.begin(), checked.by.end(), id) == checked.by.end())
      checked.by.push_back(std::move(id));
  }
  if (!checked.by.empty()) checked.statement = *std::move(statement);
  return checked;
}

}  // namespace muster::approval
