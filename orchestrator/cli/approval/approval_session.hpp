// What approvals' commands ask of the orchestrators: for an approval, for what waits, for signatures.
#pragma once

#include <string>
#include <vector>

#include "orchestrator/cli/approval/approval_options.hpp"
#include "orchestrator/cli/exit_code.hpp"
#include "orchestrator/cli/program.hpp"
#include "orchestrator/client/caller.hpp"
#include "orchestrator/client/link.hpp"
#include "proto/approval/statement.hpp"
#include "proto/base/result.hpp"
#include "proto/base/value.hpp"

namespace muster::cli {

// What would be approved of a call that `link`'s operator makes; id and times are left open.
approval::Statement statement_of(client::Link& link, const client::Call& call);

// Asks for approval of `statement` and tells how it goes on. `link` is of the collective whose
// orchestrators keep what waits.
Result<ExitCode> ask_for_approval(const CommonOptions& common, client::Link& link,
                                  approval::Statement statement);

// What approvers have signed under the id that --approval gives, for exactly `statement`. Verified
// here too, so that what does not count is not sent. Errc::refused when it was denied, or is for
// something else: the difference is named.
Result<client::Attached> approved_for(client::Link& link, const std::string& id,
                                      const approval::Statement& statement);

// All that orchestrators know of one, put together: the longest answer, with everybody's approvals.
Result<Value> show_everywhere(client::Link& link, const std::string& id);
// The same of what waits for us, and of what we asked for: {"waiting", "own"}, the oldest first.
Result<Value> list_everywhere(client::Link& link);

}  // namespace muster::cli
