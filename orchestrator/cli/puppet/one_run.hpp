// One node's run, followed to its end.
#pragma once

#include <string>

#include "orchestrator/cli/puppet/rolling_run.hpp"

namespace muster::cli::puppet {

// Starts it and asks for it until it has ended, or a limit of `run` is passed. Blocks.
RunEnd run_once(client::Caller& caller, const std::string& identity, const RollingRun& run);

}  // namespace muster::cli::puppet
