#include "orchestrator/client/fleet_impl.hpp"

#include <fmt/format.h>

#include "orchestrator/client/presence.hpp"
#include "proto/base/log.hpp"
#include "proto/transport/topics.hpp"

namespace muster::client {

Fleet::Impl::Impl(Link& its_link, ChangeHandler handler)
    : link(its_link),
      on_change(std::move(handler)),
      topics_(transport::topics::presence(its_link.collective(), "+")) {
  worker =
      std::make_shared<Worker<Item>>(kFleetQueueMax, [this](Item item) { work(std::move(item)); });
}

Fleet::Impl::~Impl() {
  new_ca_.reset();
  relinked_.reset();
  if (link.bus().connected()) static_cast<void>(link.bus().unsubscribe(topics_));
  worker->stop();
}

Status Fleet::Impl::start() {
  const auto posts = [queue = worker](Item::What what) {
    return [queue, what] { queue->post({.what = what, .message = {}}); };
  };
  new_ca_ = link.on_new_ca().add(posts(Item::What::new_ca));
  relinked_ = link.on_relinked().add(posts(Item::What::relinked));
  return link.bus().subscribe(
      topics_, transport::Qos::at_least_once, [queue = worker](transport::Message message) {
        queue->post({.what = Item::What::presence, .message = std::move(message)});
      });
}

Status Fleet::Impl::wait_complete(std::chrono::milliseconds patience) {
  const auto until = std::chrono::steady_clock::now() + patience;
  MUSTER_TRY(link.fence(patience));
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
      until - std::chrono::steady_clock::now());
  if (worker->drain(left)) return {};
  const std::lock_guard lock(mutex);
  return fail(Errc::timeout,
              fmt::format("not all presence was verified within {} ms: {} nodes so far",
                          patience.count(), members.size()));
}

void Fleet::Impl::work(Item item) {
  switch (item.what) {
    case Item::What::presence:
      return take_in(item.message);
    case Item::What::new_ca:
      return retry_refused();
    case Item::What::relinked:
      ++generation_;
      // Presence that the fence lets through is queued before the sweep that looks at it.
      if (auto passed = link.fence(kRelinkPatience); !passed)
        return log::warning("who has left meanwhile is not known",
                            {{"reason", passed.error().message}});
      return worker->post({.what = Item::What::sweep, .message = {}});
    case Item::What::sweep:
      return sweep();
  }
}

void Fleet::Impl::take_in(const transport::Message& message) {
  if (message.payload.empty()) {
    waiting_.erase(message.topic);
    return remove(std::string(transport::topics::last_level(message.topic)));
  }
  auto member = read_presence(link, message.topic, message.payload);
  if (!member) return refuse(message, member.error());
  waiting_.erase(message.topic);
  keep(std::move(*member));
}

void Fleet::Impl::refuse(const transport::Message& message, const Error& error) {
  {
    const std::lock_guard lock(mutex);
    ++refused;
    last_refusal = error.message;
  }
  if (waiting_.size() < kRefusedKeptMax || waiting_.contains(message.topic))
    waiting_[message.topic] = message;
}

void Fleet::Impl::keep(Member member) {
  const std::string identity = member.identity;
  {
    const std::lock_guard lock(mutex);
    if (members.size() >= kFleetMax && !members.contains(identity)) {
      ++refused;
      last_refusal = fmt::format("{}: {} nodes are known, which is the limit", identity, kFleetMax);
      return;
    }
    members[identity] = {std::move(member), generation_};
  }
  if (on_change) on_change(identity, true);
}

void Fleet::Impl::remove(const std::string& identity) {
  {
    const std::lock_guard lock(mutex);
    if (members.erase(identity) == 0) return;
  }
  if (on_change) on_change(identity, false);
}

void Fleet::Impl::retry_refused() {
  const auto again = std::exchange(waiting_, {});
  for (const auto& [topic, message] : again) {
    {
      const std::lock_guard lock(mutex);
      --refused;
    }
    take_in(message);
  }
}

void Fleet::Impl::sweep() {
  std::vector<std::string> gone;
  {
    const std::lock_guard lock(mutex);
    for (const auto& [identity, known] : members)
      if (known.generation != generation_) gone.push_back(identity);
  }
  for (const auto& identity : gone) remove(identity);
}

}  // namespace muster::client
