// Tells people of certificates that end soon.
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "orchestrator/client/ending_soon.hpp"
#include "orchestrator/client/lifecycle.hpp"
#include "plugins/api/notifier.hpp"

namespace muster::daemon {

inline constexpr std::chrono::hours kEndingsEvery{24};  // looked at, and at start

// One for each step of warnings (client::warning_step): its id is the same whoever tells it and as often as
// it is told, so that outbox and receivers drop what they have.
plugins::Notification ending_notification(const client::Ending& ending);

// The same for `muster events`, type "expiring", about the orchestrator `teller`.
client::LifecycleEvent ending_event(const client::Ending& ending, const std::string& teller);

}  // namespace muster::daemon
