// --ask-approval, --reason, --approval-for, --approval: for commands whose request may need approval.
#pragma once

#include <cstdint>
#include <string>

#include "orchestrator/cli/command_line.hpp"
#include "proto/base/result.hpp"

namespace muster::cli {

struct ApprovalOptions {
  std::string ask;           // --ask-approval: "admins", "2 of admins"; empty: the request is sent
  std::string reason;        // --reason
  std::string life = "24h";  // --approval-for
  std::string id;            // --approval; empty: nothing is attached
  bool asks() const { return !ask.empty(); }
};

void add_approval_options(Command command, ApprovalOptions& options);

// Whose approval, of how many.
struct Wanted {
  std::string group;
  std::int64_t number = 1;
};
// "GROUP" or "N of GROUP", as policies have it. Errc::config for anything else.
Result<Wanted> wanted_approval(const std::string& text);

// Errc::config when options contradict each other, or are none.
Status check_approval_options(const ApprovalOptions& options);

}  // namespace muster::cli
