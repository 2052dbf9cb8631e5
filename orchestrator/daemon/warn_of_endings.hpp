// Tells people of certificates and tokens that end soon.
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "orchestrator/client/ending_soon.hpp"
#include "orchestrator/client/lifecycle.hpp"
#include "orchestrator/notify/deliverer.hpp"
#include "plugins/api/notifier.hpp"

namespace muster::daemon {

inline constexpr std::chrono::hours kEndingsEvery{24};  // looked at, and at start

// One for each stage of warnings (client::warning_stage): its id is the same whoever tells it and as often as
// it is told, so that outbox and receivers drop what they have.
plugins::Notification ending_notification(const client::Ending& ending);

// The same for `muster events`, type "expiring", about the orchestrator `teller`.
client::LifecycleEvent ending_event(const client::Ending& ending, const std::string& teller);

// What of `depends` ends soon: to the log, as event, and to people. What cannot be told is logged.
void warn_of_endings(client::Link& link, const client::Depends& depends,
                     notify::Deliverer& deliverer);

}  // namespace muster::daemon
