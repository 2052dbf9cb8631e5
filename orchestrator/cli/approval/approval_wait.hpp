// `muster approve ID --wait`: who asked stays until it is given or denied.
#pragma once

#include <chrono>
#include <string>

#include "orchestrator/cli/exit_code.hpp"
#include "orchestrator/cli/program.hpp"
#include "orchestrator/client/link.hpp"
#include "proto/base/result.hpp"
#include "proto/base/value.hpp"

namespace muster::cli {

// An event tells at once; should it be lost with a link, we look ourselves that often.
inline constexpr std::chrono::minutes kApprovalLook{2};

enum class ApprovalState { waits, given, denied };
// Of what orchestrators show of one.
ApprovalState approval_state(const Value& shown);

// Until as many have approved as were asked, or one has denied it; says so. ExitCode::ok when it is given, failed
// when it is denied. Errc::timeout when it has ended first, Errc::refused when it is not there to be seen.
Result<ExitCode> wait_for_approval(const CommonOptions& common, client::Link& link,
                                   const std::string& id);

}  // namespace muster::cli
