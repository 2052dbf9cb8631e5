#include "orchestrator/daemon/approval_waits.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "orchestrator/daemon/tell.hpp"
#include "proto/base/clock.hpp"

namespace muster::daemon {

plugins::Notification waiting_notification(const control::Waiting& waiting) {
  const auto until = base::iso8601(waiting.until_ms);
  plugins::Notification out;
  out.id = "approval-" + waiting.id;
  out.subject = fmt::format("A request waits for approval of {} of {}: {}", waiting.number,
                            waiting.group, waiting.id);
  out.text = fmt::format(
      "A request waits for approval of {0} of {1}, until {2}.\n"
      "The group {1} alone is shown who asks for what:\n\n"
      "Look:    muster approve {3} --show\nApprove: muster approve {3}\n"
      "Deny:    muster approve --deny {3}\n",
      waiting.number, waiting.group, until, waiting.id);
  out.data = {{"approval", waiting.id},
              {"group", waiting.group},
              {"number", waiting.number},
              {"until", until}};
  return out;
}

client::LifecycleEvent waiting_event(const control::Waiting& waiting, const std::string& teller) {
  return event_of(waiting_notification(waiting), "approval-asked", teller);
}

}  // namespace muster::daemon
