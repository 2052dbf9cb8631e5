// What the commands share that ask the orchestrators how earlier runs went.
#pragma once

#include <vector>

#include "orchestrator/cli/program.hpp"
#include "orchestrator/client/control.hpp"
#include "proto/base/result.hpp"
#include "proto/base/value.hpp"

namespace muster::cli {

// What each of them says that may tell us. The first refusal when none does; those of others go to stderr.
Result<std::vector<Value>> ask_history(const CommonOptions& common,
                                       const client::ControlRequest& request,
                                       const std::string& collective);

}  // namespace muster::cli
