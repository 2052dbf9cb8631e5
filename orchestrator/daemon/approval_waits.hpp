// Tells people that a request waits for approval.
#pragma once

#include <string>

#include "orchestrator/client/lifecycle.hpp"
#include "orchestrator/control/approval_box.hpp"
#include "plugins/api/notifier.hpp"

namespace muster::daemon {

// Both say what any operator, and any target of notifications, may know: that something waits, for whom and until when.
// Who asks for what, `muster approve` shows to the group. The ids are the same whoever tells it, so that
// outbox and receivers drop what they have.
plugins::Notification waiting_notification(const control::Waiting& waiting);

// For `muster events`, type "approval-asked", about the orchestrator `teller`.
client::LifecycleEvent waiting_event(const control::Waiting& waiting, const std::string& teller);

}  // namespace muster::daemon
