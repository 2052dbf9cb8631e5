// Tells people that no join token can be used any more, because there is no room to remember its use.
#pragma once

#include <cstdint>
#include <string>

#include "orchestrator/client/lifecycle.hpp"
#include "plugins/api/notifier.hpp"

namespace muster::daemon {

// One for each day and orchestrator: the id is the same as often as it is told on that day, so that outbox and
// receivers drop what they have. `now_ms` is Unix time.
plugins::Notification ledger_full_notification(const std::string& why, const std::string& teller,
                                               std::int64_t now_ms);
// "tokens-full", about the orchestrator `teller`.
client::LifecycleEvent ledger_full_event(const std::string& why, const std::string& teller,
                                         std::int64_t now_ms);

}  // namespace muster::daemon
