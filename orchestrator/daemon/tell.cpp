#include "orchestrator/daemon/tell.hpp"

#include "orchestrator/client/link.hpp"
#include "proto/base/log.hpp"

namespace muster::daemon {

client::LifecycleEvent event_of(const plugins::Notification& people, const std::string& type,
                                const std::string& identity) {
  client::LifecycleEvent event;
  event.id = people.id;
  event.type = type;
  event.identity = identity;
  event.data = people.data;
  return event;
}

void tell(client::Link& link, const client::LifecycleEvent& event) {
  if (auto told = client::publish_event(link, event); !told)
    log::warning("cannot tell an event", {{"event", event.type}, {"why", told.error().message}});
}

void tell_all(client::Link& link, notify::Deliverer& deliverer, const client::LifecycleEvent& event,
              const plugins::Notification& people) {
  tell(link, event);
  if (auto told = deliverer.notify(people); !told)
    log::warning("cannot tell people", {{"why", told.error().message}});
}

}  // namespace muster::daemon
