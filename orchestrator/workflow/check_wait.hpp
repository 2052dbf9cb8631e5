// What `do: wait` waits for.
#pragma once

#include "orchestrator/workflow/workflow.hpp"
#include "proto/base/result.hpp"

namespace muster::workflow {

inline constexpr std::int64_t kWaitMaxS = 24LL * 3600;
inline constexpr std::int64_t kApprovalMaxS = 7LL * 24 * 3600;

// Errc::config: `with` is none of the forms that WORKFLOWS.md shows.
Status check_wait(const Step& step);
// Of a try, where the step does not say: people and events take longer than nodes.
std::chrono::milliseconds usual_wait(const Step& step);

inline bool waits_for_approval(const Step& step) {
  return step.kind == Kind::wait && step.arguments.contains("approval");
}
inline bool waits_for_event(const Step& step) {
  return step.kind == Kind::wait && step.arguments.contains("event");
}

}  // namespace muster::workflow
