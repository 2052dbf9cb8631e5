// Requests with approvals, as their callers send them.
#pragma once

#include <stdexcept>
#include <string>
#include <vector>

#include "proto/approval/signature.hpp"
#include "proto/approval/statement.hpp"
#include "proto/messages/request.hpp"
#include "tests/support/pki/test_pki.hpp"

namespace muster::approval {

// What would be approved of `wire`, asked for at `now_ms`, good for an hour.
inline Statement statement_for(const messages::Request& wire, Value arguments,
                               std::int64_t now_ms) {
  Statement statement;
  statement.id = new_id();
  statement.caller = wire.caller;
  statement.collective = wire.collective;
  statement.agent = wire.agent;
  statement.action = wire.action;
  statement.arguments = std::move(arguments);
  statement.filter = wire.filter;
  statement.targets = {wire.targets.begin(), wire.targets.end()};
  statement.asked_at_ms = now_ms;
  statement.until_ms = now_ms + 3'600'000;
  return statement;
}

inline std::string text(const Statement& statement) {
  auto out = text_of(statement);
  if (!out) throw std::runtime_error(out.error().message);
  return *std::move(out);
}

// Puts `text` and the approvals of it into `wire`, in place of others.
inline void attach(messages::Request& wire, const Statement& statement, const std::string& text,
                   const std::vector<test::Holder>& approvers) {
  auto& approved = wire.approved.emplace(messages::Approved{text, {}});
  for (const auto& one : approvers)
    approved.approvals.push_back(sign(statement, text, one.signer()).value());
}
inline void attach(messages::Request& wire, const Statement& statement,
                   const std::vector<test::Holder>& approvers) {
  attach(wire, statement, text(statement), approvers);
}

}  // namespace muster::approval
