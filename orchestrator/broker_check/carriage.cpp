#include <fmt/format.h>

#include "orchestrator/broker_check/checks.hpp"
#include "proto/base/encoding.hpp"
#include "proto/envelope/envelope.hpp"

namespace muster::broker_check {
namespace {

constexpr auto kCarrier = "broker";
constexpr int kOrderedMessages = 1'000;

void dotted(const Plan& plan, Probe& self, Findings& findings) {
  const auto topic = own_topic(plan, *plan.operator_, "check.session.1/n1.example.test");
  findings.judge(self.say(topic, "dotted") && self.hears(topic, "dotted"), kCarrier,
                 "carries topics with dots in their levels", "such a message did not arrive",
                 "let the broker take '.' for a character as any other");
}

void large(const Plan& plan, Probe& self, Findings& findings) {
  const auto topic = own_topic(plan, *plan.operator_, "check/large");
  const std::string payload(envelope::kMessageMaxBytes, 'x');
  findings.judge(self.say(topic, payload) && self.hears(topic, payload), kCarrier,
                 "carries messages of 1 MiB", "one did not arrive",
                 "raise the broker's limit: message_size_limit 1048576, and max_packet_size above "
                 "it");
}

void in_order(const Plan& plan, Probe& self, Findings& findings) {
  const auto topic = own_topic(plan, *plan.operator_, "check/order");
  self.forget();
  bool sent = true;
  for (int i = 0; i < kOrderedMessages && sent; ++i)
    sent = self.queue(topic, std::to_string(i), {}).has_value();
  const auto last = std::to_string(kOrderedMessages - 1);
  if (!sent || !self.hears(topic, last))
    return findings.broken(kCarrier, "keeps the order of messages", "not all of them arrived",
                           "raise max_queued_messages");
  int next = 0;
  for (const auto& message : self.heard())
    if (message.topic == topic && message.payload == std::to_string(next)) ++next;
  findings.judge(next == kOrderedMessages, kCarrier, "keeps the order of messages",
                 fmt::format("of {} messages {} were in order", kOrderedMessages, next),
                 "no setting of Mosquitto's mends that; look for a proxy between");
}

// A second client of one id takes its session over; the first one's last will is published then.
void will_and_takeover(const Plan& plan, Probe& self, Findings& findings) {
  const auto topic = own_topic(plan, *plan.operator_, "check/will");
  auto options = plan.operator_->options;
  options.client_id = base::random_id();
  options.session_expiry = std::chrono::seconds(0);
  options.will = transport::mqtt::LastWill{topic, "gone", transport::Qos::at_least_once, false};
  const auto first = Probe::open(options);
  options.will.reset();
  const auto second =
      first ? Probe::open(options) : Result<std::unique_ptr<Probe>>(fail(first.error()));
  findings.judge(second.has_value(), kCarrier, "gives a session to the second client of one id",
                 second ? "" : second.error().message,
                 "without that a node whose link broke unnoticed cannot come back");
  if (!second) return;
  findings.judge(self.hears(topic, "gone"), kCarrier, "publishes the last will of who is gone",
                 "no last will arrived", "without that nodes that die stay shown as present");
  (*first)->leave();
  (*second)->leave();
}

}  // namespace

void check_carriage(const Plan& plan, const Clients& clients, Findings& findings) {
  if (clients.operator_ == nullptr)
    return findings.untried(kCarrier, "carries messages as they are", "needs an operator");
  auto& self = *clients.operator_;
  const auto own = own_topic(plan, *plan.operator_, "#");
  if (const auto heard = self.listen(own); !heard)
    return findings.broken(kCarrier, "carries messages as they are", heard.error().message);
  dotted(plan, self, findings);
  large(plan, self, findings);
  in_order(plan, self, findings);
  will_and_takeover(plan, self, findings);
  self.deafen(own);
  self.forget();
}

}  // namespace muster::broker_check
