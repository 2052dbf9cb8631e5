// Tells people what becomes of a master that is to go.
#pragma once

#include <string>

#include "orchestrator/client/lifecycle.hpp"
#include "orchestrator/provision/retire_site.hpp"
#include "plugins/api/notifier.hpp"

namespace muster::daemon {

// With the id of the news: the same whoever tells it.
plugins::Notification retirement_notification(const provision::RetirementNews& news);
// "master-retired", about the master.
client::LifecycleEvent retirement_event(const provision::RetirementNews& news);

}  // namespace muster::daemon
