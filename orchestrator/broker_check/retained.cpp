#include <fmt/format.h>

#include <thread>

#include "orchestrator/broker_check/checks.hpp"

namespace muster::broker_check {
namespace {

constexpr auto kKeeper = "broker";
constexpr int kRetainedMessages = 1'100;  // more than the 1,020 at which some client libraries stop
constexpr std::uint32_t kExpiryS = 1;
constexpr std::chrono::milliseconds kUntilExpired{2'500};

std::string kept(const Plan& plan, const std::string& rest) {
  return own_topic(plan, *plan.operator_, "check-retained/" + rest);
}

// What a client that comes later finds, up to a mark of its own.
Result<std::size_t> found_later(const Plan& plan) {
  MUSTER_ASSIGN(const auto late, Probe::open(plan.operator_->options));
  MUSTER_TRY(late->listen(kept(plan, "+")));
  const auto mark = own_topic(plan, *plan.operator_, "check-mark/0");
  MUSTER_TRY(late->listen(mark));
  MUSTER_TRY(late->say(mark, "mark"));
  if (!late->hears(mark, "mark"))
    return fail(Errc::timeout, "the end of the retained messages did not come");
  std::size_t count = 0;
  for (const auto& message : late->heard())
    if (message.retained && !message.payload.empty()) ++count;
  late->leave();
  return count;
}

// An empty payload clears.
Status retain_all(const Plan& plan, Probe& self, const std::string& payload) {
  for (int i = 0; i < kRetainedMessages; ++i)
    MUSTER_TRY(self.queue(kept(plan, std::to_string(i)), payload, {.retain = true}));
  return self.flush();
}

void many(const Plan& plan, Probe& self, Findings& findings) {
  const std::string claim =
      fmt::format("gives a wildcard all of {} retained messages", kRetainedMessages);
  const auto kept_all = retain_all(plan, self, "kept");
  const auto found = kept_all ? found_later(plan) : Result<std::size_t>(fail(kept_all.error()));
  const auto cleared = retain_all(plan, self, "");
  if (!found) return findings.untried(kKeeper, claim, found.error().message);
  findings.judge(*found == kRetainedMessages, kKeeper, claim, fmt::format("{} came", *found),
                 "raise max_queued_messages and max_inflight_messages: 'muster broker config "
                 "--fleet N'");
  const auto left = cleared ? found_later(plan) : Result<std::size_t>(fail(cleared.error()));
  if (!left) return findings.untried(kKeeper, "forgets what was cleared", left.error().message);
  findings.judge(*left == 0, kKeeper, "forgets what was cleared",
                 fmt::format("{} are still there below {}", *left, kept(plan, "")),
                 "clear them by hand; presence of nodes that left would stay, too");
}

void expiry(const Plan& plan, Probe& self, Findings& findings) {
  const std::string claim = "lets messages expire";
  const auto topic = kept(plan, "0");
  const auto said = self.say(topic, "short", {.retain = true, .expiry_s = kExpiryS});
  if (!said) return findings.untried(kKeeper, claim, said.error().message);
  std::this_thread::sleep_for(kUntilExpired);  // the broker's clock is what is tried
  const auto found = found_later(plan);
  static_cast<void>(self.say(topic, "", {.retain = true}));
  if (!found) return findings.untried(kKeeper, claim, found.error().message);
  findings.judge(*found == 0, kKeeper, claim, "a retained message outlived its second",
                 "a broker that speaks MQTT 3.1.1 alone keeps presence of nodes that died with it; "
                 "Mosquitto 1.6 and later speak MQTT 5");
}

}  // namespace

void check_retained(const Plan& plan, const Clients& clients, Findings& findings) {
  if (clients.operator_ == nullptr)
    return findings.untried(kKeeper, "keeps retained messages", "needs an operator");
  expiry(plan, *clients.operator_, findings);
  many(plan, *clients.operator_, findings);
}

}  // namespace muster::broker_check
