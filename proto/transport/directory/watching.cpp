#include "proto/transport/directory/watching.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "proto/base/log.hpp"

namespace muster::transport {
namespace {

constexpr const char* kWhatToDo =
    "on Mosquitto raise max_queued_messages above the number of nodes: 'muster broker config "
    "--fleet "
    "N' writes it; 'muster broker check' shows what else a broker lacks";
constexpr std::chrono::milliseconds kQuietMost{2'000};
constexpr int kQuieter = 10;  // times as long

}  // namespace

Watching::Watching(const Parts& parts, std::uint64_t id, std::string filter, Watcher watcher,
                   bool linked)
    : parts_(parts),
      id_(id),
      filter_(std::move(filter)),
      watcher_(std::move(watcher)),
      linked_(linked),
      completeness_(std::make_unique<Completeness>(parts.signs)),
      signs_(parts.signs),
      timer_(parts.timers) {
  subscription_ = std::make_unique<LoopSubscription>(
      parts_.on, std::vector<std::string>{parts_.own_topic, filter_}, Qos::at_least_once,
      [this](const Message& message) { hear(message); },
      [this](const Status& answer) { answered(answer); });
}

void Watching::answered(const Status& answer) {
  subscribed_ = answer.has_value();
  if (subscribed_ && linked_) begin();
  if (watcher_.on_subscribed) watcher_.on_subscribed(answer);
}

// What the new link brings began with the loss of the old one: it may come before linked().
void Watching::lost() {
  linked_ = false;
  ++link_;
  complete_ = false;
  late_ = false;
  completeness_ = std::make_unique<Completeness>(signs_);
  timer_.stop();
  again_.reset();
  again_asked_ = false;
  if (watcher_.on_lost) watcher_.on_lost();
}

void Watching::linked() {
  linked_ = true;
  if (subscribed_) begin();
}

void Watching::begin() {
  completeness_->asked(parts_.timers.clock().steady());
  send_mark();
}

std::string Watching::mark(int number) const {
  return fmt::format("{}-{}-{}", id_, link_, number);
}

void Watching::send_mark() {
  completeness_->mark_sent(parts_.timers.clock().steady());
  // As what it is to come after: brokers keep the order within a quality of service only.
  const auto qos = completeness_->rounds() > 1 ? Qos::at_most_once : Qos::at_least_once;
  const auto sent =
      parts_.on.bus.publish(parts_.own_topic, mark(completeness_->marks_sent()), {.qos = qos});
  // The next one is tried in time; without a link, the next link begins anew.
  if (!sent)
    log::debug("no message to ourselves", {{"topics", filter_}, {"why", sent.error().message}});
  judge();
}

void Watching::hear_mark(std::string_view payload) {
  const auto ours = fmt::format("{}-{}-", id_, link_);
  if (complete_ || !payload.starts_with(ours)) return;
  payload.remove_prefix(ours.size());
  int number = 0;
  std::from_chars(payload.data(), payload.data() + payload.size(), number);
  completeness_->mark_heard(number, parts_.timers.clock().steady());
  judge();
}

void Watching::hear(const Message& message) {
  if (message.topic == parts_.own_topic) return hear_mark(message.payload);
  const auto before = completeness_->entries();
  const bool news = completeness_->entry(message, parts_.timers.clock().steady());
  if (complete_ && message.retained && completeness_->entries() > before) tell_late(message.topic);
  if (news && watcher_.on_entry) watcher_.on_entry(message);
}

void Watching::tell_late(const std::string& topic) {
  if (!std::exchange(late_, true)) signs_.quiet = std::min(kQuietMost, signs_.quiet * kQuieter);
  if (std::exchange(told_, true)) return;
  log::warning(
      "the broker sent something that it kept after a message that was sent later: it does not "
      "keep "
      "the order, as clusters do not. From the next link on we wait longer",
      {{"topics", filter_}, {"topic", topic}, {"wait_ms", std::to_string(signs_.quiet.count())}});
}

void Watching::judge() {
  if (complete_ || !linked_ || again_asked_) return;
  const auto expected = watcher_.expected ? watcher_.expected() : std::nullopt;
  const auto verdict = completeness_->judge(parts_.timers.clock().steady(), expected);
  switch (verdict.what) {
    case Completeness::What::wait:
      return timer_.set(verdict.wait, [this] { judge(); });
    case Completeness::What::send_mark:
      return send_mark();
    case Completeness::What::ask_again:
      return ask_again(verdict.doubt);
    case Completeness::What::complete:
      return complete(verdict.doubt);
  }
}

void Watching::ask_again(const std::string& why) {
  if (!why.empty() && !std::exchange(told_, true))
    log::warning("the broker sends fewer messages than it keeps; it is asked again",
                 {{"topics", filter_},
                  {"came", std::to_string(completeness_->entries())},
                  {"why", why},
                  {"what_to_do", kWhatToDo}});
  timer_.stop();
  again_asked_ = true;
  completeness_->asked(parts_.timers.clock().steady());  // what it sends may come before its answer
  // At most once: Mosquitto drops other ones of these, so that both together tell more.
  again_ = std::make_unique<LoopSubscription>(
      parts_.on, std::vector<std::string>{filter_}, Qos::at_most_once, [](const Message&) {},
      [this](const Status&) {
        again_asked_ = false;
        if (linked_) send_mark();
      });
}

void Watching::complete(const std::string& doubt) {
  timer_.stop();
  again_.reset();
  complete_ = true;
  if (!doubt.empty())
    log::warning("not everything that the broker keeps may have come",
                 {{"topics", filter_},
                  {"came", std::to_string(completeness_->entries())},
                  {"why", doubt},
                  {"what_to_do", kWhatToDo}});
  if (watcher_.on_complete) watcher_.on_complete({completeness_->entries(), doubt});
}

}  // namespace muster::transport
