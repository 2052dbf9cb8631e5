// What the commands share that ask orchestrators for a change.
#pragma once

#include <functional>
#include <string>

#include "orchestrator/cli/exit_code.hpp"
#include "orchestrator/cli/program.hpp"
#include "orchestrator/client/control.hpp"
#include "proto/base/result.hpp"

namespace muster::cli {

// Checks the inputs as the orchestrator will, connects (`target`: another collective than the
// configuration's), asks, and shows the answer: `done` makes the lines of a change that was made.
// Exit code failed when the orchestrator refused. With --ask-approval it asks for that instead, with
// --approval what was approved goes with the request.
Result<ExitCode> ask_and_show(const CommonOptions& common, client::ControlRequest request,
                              const std::function<std::string(const client::ControlAnswer&)>& done,
                              const std::string& target = {});

}  // namespace muster::cli
