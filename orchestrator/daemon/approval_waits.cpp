#include "orchestrator/daemon/approval_waits.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "orchestrator/daemon/tell.hpp"
#include "proto/base/clock.hpp"

namespace muster::daemon {
namespace {

Value data_of(const control::Waiting& waiting) {
  return {{"approval", waiting.id},
          {"group", waiting.group},
          {"number", waiting.number},
          {"until", base::iso8601(waiting.until_ms)}};
}

}  // namespace

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
  out.data = data_of(waiting);
  return out;
}

client::LifecycleEvent waiting_event(const control::Waiting& waiting, const std::string& teller) {
  return event_of(waiting_notification(waiting), "approval-asked", teller);
}

plugins::Notification decided_notification(const control::Waiting& waiting, bool given) {
  plugins::Notification out;
  out.id = fmt::format("approval-{}-{}", waiting.id, given ? "given" : "denied");
  out.subject = given ? fmt::format("The approval {} is given", waiting.id)
                      : fmt::format("The approval {} is denied", waiting.id);
  out.text = given ? fmt::format(
                         "{} of {} have approved it, until {}.\n\n"
                         "Who asked: the same command and --approval {}\n",
                         waiting.number, waiting.group, base::iso8601(waiting.until_ms), waiting.id)
                   : fmt::format(
                         "One of {} has denied it. Who asked, and the group, are shown by "
                         "whom and why.\n\n",
                         waiting.group);
  out.text += fmt::format("Look: muster approve {} --show\n", waiting.id);
  out.data = data_of(waiting);
  return out;
}

client::LifecycleEvent decided_event(const control::Waiting& waiting, bool given,
                                     const std::string& teller) {
  return event_of(decided_notification(waiting, given),
                  given ? "approval-given" : "approval-denied", teller);
}

}  // namespace muster::daemon
