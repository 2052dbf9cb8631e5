// Requests that wait for approval, for people.
#pragma once

#include <cstdint>
#include <string>

#include "orchestrator/cli/render/style.hpp"
#include "proto/approval/statement.hpp"
#include "proto/base/value.hpp"

namespace muster::cli::render {

// After asking: the id, who sees it, and the commands that follow.
std::string asked_text(const approval::Statement& statement, const std::string& group,
                       std::int64_t number);
// `list` as list_everywhere() gives it; `now_ms` for how long each is still good.
std::string approvals_text(const Value& list, std::int64_t now_ms, const Style& style,
                           std::size_t columns);
// Everything that an approver signs, and who has signed. `shown` as show_everywhere() gives it.
std::string approval_text(const approval::Statement& statement, const Value& shown,
                          std::int64_t now_ms, const Style& style);
// After signing: how many have, and whether that is enough. `answer`: {"approved_by": [NAME…], "number": N}.
std::string approved_text(const approval::Statement& statement, const Value& answer);

// By whom one was approved, and what to do now; or who denied it, and why.
std::string decided_text(const std::string& id, const Value& shown);

}  // namespace muster::cli::render
