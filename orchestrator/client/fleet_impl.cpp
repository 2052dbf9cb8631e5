#include "orchestrator/client/fleet_impl.hpp"

#include <fmt/format.h>

#include "orchestrator/client/presence.hpp"
#include "proto/base/log.hpp"
#include "proto/transport/topics.hpp"

namespace muster::client {

Fleet::Impl::Impl(Link& its_link, ChangeHandler handler)
    : link(its_link),
      on_change(std::move(handler)),
      presence_("fleet", its_link, transport::topics::presence(its_link.collective(), "+"),
                kFleetQueue,
                [this](const transport::Message& message) { return verify(message); }) {}

Status Fleet::Impl::start() {
  new_ca_ = link.on_new_ca().add(presence_.posts([this] { retry_refused(); }));
  fewer_believed_ = link.on_fewer_believed().add(presence_.posts([this] { remove_banned(); }));
  return presence_.start();
}

Status Fleet::Impl::wait_complete(std::chrono::milliseconds patience) {
  MUSTER_ASSIGN(const bool complete, presence_.wait_complete(patience));
  if (complete) return {};
  const std::lock_guard lock(mutex);
  return fail(Errc::timeout,
              fmt::format("not all presence was verified within {} ms: {} nodes so far",
                          patience.count(), members.size()));
}

// They are left out of every answer already; this tells of it, and frees their place.
void Fleet::Impl::forget_silent() {
  const auto now = link.clock().steady();
  if (now - looked_at_ < kSilentLook) return;
  looked_at_ = now;
  std::vector<std::string> silent;
  {
    const std::lock_guard lock(mutex);
    for (const auto& [identity, member] : members)
      if (!believed(member)) silent.push_back(identity);
  }
  for (const auto& identity : silent) remove(identity);
}

Retained::TakeIn Fleet::Impl::verify(const transport::Message& message) {
  if (message.payload.empty())
    return [this, topic = message.topic] {
      forget_silent();
      waiting_.erase(topic);
      remove(std::string(transport::topics::last_level(topic)));
      return true;
    };
  auto member = read_presence(link, message.topic, message.payload);
  if (!member)
    return [this, message, error = std::move(member).error()] {
      forget_silent();
      refuse(message, error);
      return false;
    };
  return [this, topic = message.topic, member = *std::move(member)]() mutable {
    forget_silent();
    waiting_.erase(topic);
    return keep(std::move(member));
  };
}

void Fleet::Impl::refuse(const transport::Message& message, const Error& error) {
  // A banned node is no news with each command: 'muster node list' tells of it.
  const bool counts = !link.bans().banned(transport::topics::last_level(message.topic));
  if (counts) {
    const std::lock_guard lock(mutex);
    ++refused;
    last_refusal = error.message;
  }
  if (waiting_.size() < kRefusedKeptMax || waiting_.contains(message.topic))
    waiting_[message.topic] = {message, counts};
}

bool Fleet::Impl::keep(Member member) {
  const std::string identity = member.identity;
  {
    const std::lock_guard lock(mutex);
    if (members.size() >= kFleetMax && !members.contains(identity)) {
      ++refused;
      last_refusal = fmt::format("{}: {} nodes are known, which is the limit", identity, kFleetMax);
      return false;
    }
    auto& known = members[identity];
    // One that was recorded and is sent again later replaces nothing.
    if (known.session == member.session && known.sent_at_ms > member.sent_at_ms) return true;
    known = std::move(member);
  }
  if (on_change) on_change(identity, true);
  return true;
}

void Fleet::Impl::remove(const std::string& identity) {
  {
    const std::lock_guard lock(mutex);
    if (members.erase(identity) == 0) return;
  }
  if (on_change) on_change(identity, false);
}

void Fleet::Impl::remove_banned() {
  std::vector<std::string> banned;
  {
    const std::lock_guard lock(mutex);
    for (const auto& [identity, member] : members)
      if (link.bans().banned(identity)) banned.push_back(identity);
  }
  for (const auto& identity : banned) remove(identity);
}

void Fleet::Impl::retry_refused() {
  const auto again = std::exchange(waiting_, {});
  for (const auto& [topic, waiting] : again) {
    if (waiting.counted) {
      const std::lock_guard lock(mutex);
      --refused;
    }
    verify(waiting.message)();
  }
}

}  // namespace muster::client
