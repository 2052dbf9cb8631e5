// Tells people that a request waits for approval, and when it was given or denied.
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

// For who asked, above all: as many have approved as were asked, or one of the group has denied it. By whom and why,
// `muster approve ID` says to who asked and to the group.
plugins::Notification decided_notification(const control::Waiting& waiting, bool given);
// "approval-given", "approval-denied", about the orchestrator `teller`.
client::LifecycleEvent decided_event(const control::Waiting& waiting, bool given,
                                     const std::string& teller);

}  // namespace muster::daemon
