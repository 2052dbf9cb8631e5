// What the commands share that ask orchestrators for a change.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "orchestrator/cli/exit_code.hpp"
#include "orchestrator/cli/program.hpp"
#include "orchestrator/client/control.hpp"
#include "proto/base/result.hpp"

namespace muster::cli {

// After the first answer, where each orchestrator has something that no other has. Nothing on the bus says how many run, so that
// who is slower than this is not heard.
inline constexpr std::chrono::milliseconds kEachAnswers{5'000};

// Of a request that is about to be asked: with --approval, what was approved goes with it; with --ask-approval that is asked
// for instead, and the status says how that went. `checked`: the inputs, as the orchestrators will have them.
Result<std::optional<ExitCode>> approve_first(const CommonOptions& common, client::Link& link,
                                              client::ControlRequest& request, Value checked);
// To stderr: how to have approved what an orchestrator refused for want of that.
void note_needed_approval(const client::ControlAnswer& answer);

// Checks the inputs as the orchestrator will, connects (`target`: another collective than the
// configuration's), asks, and shows the answer: `done` makes the lines of a change that was made.
// Exit code failed when the orchestrator refused. With --ask-approval it asks for that instead, with
// --approval what was approved goes with the request.
Result<ExitCode> ask_and_show(const CommonOptions& common, client::ControlRequest request,
                              const std::function<std::string(const client::ControlAnswer&)>& done,
                              const std::string& target = {});

}  // namespace muster::cli
