// What an orchestrator tells on the bus and to people. What cannot be told is logged.
#pragma once

#include <string>

#include "orchestrator/client/lifecycle.hpp"
#include "orchestrator/notify/deliverer.hpp"
#include "plugins/api/notifier.hpp"

namespace muster::daemon {

// For `muster events`: an event of `type` about `identity` (the orchestrator itself, where nobody else has a
// name on the bus) that says what people are told, under the same id: who hears it again drops it.
client::LifecycleEvent event_of(const plugins::Notification& people, const std::string& type,
                                const std::string& identity);

void tell(client::Link& link, const client::LifecycleEvent& event);
void tell_all(client::Link& link, notify::Deliverer& deliverer, const client::LifecycleEvent& event,
              const plugins::Notification& people);

}  // namespace muster::daemon
