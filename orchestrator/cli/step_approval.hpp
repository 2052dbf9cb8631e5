// An operator's word that a run may go on which waits for it in a step.
#pragma once

#include <string>

#include "orchestrator/cli/exit_code.hpp"
#include "orchestrator/cli/program.hpp"
#include "orchestrator/client/records.hpp"
#include "proto/base/result.hpp"

namespace muster::cli {

bool waits_in_a_step(const client::Record& record);

// `step`: empty when the only one that waits is meant, which is asked about on a terminal. Errc::config where nobody can be
// asked, Errc::not_found when no such step waits, Errc::aborted when the person says no.
Result<ExitCode> approve_step(const CommonOptions& common, const client::Record& record,
                              const std::string& step);

}  // namespace muster::cli
