#include "orchestrator/client/fleet_impl.hpp"

#include <fmt/format.h>

#include <optional>

#include "orchestrator/client/presence.hpp"
#include "proto/base/log.hpp"
#include "proto/transport/topics.hpp"

namespace muster::client {

Fleet::Impl::Impl(LinkCore& its_link, ChangeHandler handler, Indexed is_indexed)
    : link(its_link),
      on_change(std::move(handler)),
      indexed(is_indexed),
      state(indexed),
      presence_("presences", its_link, transport::topics::presence(its_link.collective(), "+"),
                kFleetQueue,
                [this](const transport::Message& message) { return verify(message); }) {}

void Fleet::Impl::observe() {
  new_ca_ = link.on_new_ca().add(presence_.posts([this] { retry_refused(); }));
  fewer_believed_ = link.on_fewer_believed().add(presence_.posts([this] { remove_banned(); }));
}

void Fleet::Impl::begin(Told subscribed) {
  observe();
  presence_.begin(std::move(subscribed));
}

Status Fleet::Impl::start() {
  observe();
  return presence_.start();
}

void Fleet::Impl::when_complete(std::chrono::milliseconds patience, Told told) {
  presence_.when_complete(patience, [this, told = std::move(told)](const Status& complete) {
    told(with_count(complete));
  });
}

Status Fleet::Impl::wait_complete(std::chrono::milliseconds patience) {
  return with_count(presence_.wait_complete(patience));
}

Status Fleet::Impl::with_count(const Status& complete) const {
  if (complete || complete.error().code != Errc::timeout) return complete;
  const base::Locked known(state);
  return fail(Errc::timeout, fmt::format("{}; {} nodes so far", complete.error().message,
                                         known->table.size(now())));
}

// They are left out of every answer already; this tells of it, and frees their place.
void Fleet::Impl::forget_silent() {
  if (now() - looked_at_ < kSilentLook) return;
  looked_at_ = now();
  const auto silent = base::Locked(state)->table.silent(looked_at_);
  for (const auto& identity : silent) remove(identity);
}

Retained::TakeIn Fleet::Impl::verify(const transport::Message& message) {
  if (message.payload.empty())
    return [this, topic = message.topic] {
      forget_silent();
      waiting_.erase(topic);
      const std::string identity(transport::topics::last_level(topic));
      muted_.erase(identity);
      remove(identity);
      return true;
    };
  auto member = read_presence(link, message.topic, message.payload);
  if (!member)
    return [this, message, error = std::move(member).error()] {
      forget_silent();
      muted_.erase(std::string(transport::topics::last_level(message.topic)));
      refuse(message, error);
      return false;
    };
  if (indexed == Indexed::yes) member->keys = MemberIndex::keys_of(*member);
  return [this, topic = message.topic,
          member = std::make_shared<const Member>(*std::move(member))]() mutable {
    forget_silent();
    waiting_.erase(topic);
    muted_.erase(member->identity);
    return keep(std::move(member));
  };
}

void Fleet::Impl::refuse(const transport::Message& message, const Error& error) {
  // A banned node is no news with each command: 'muster node list' tells of it.
  const bool counts = !link.banned(transport::topics::last_level(message.topic));
  if (counts) {
    const base::Locked known(state);
    ++known->refused;
    known->last_refusal = error.message;
  }
  if (waiting_.size() < kRefusedKeptMax || waiting_.contains(message.topic))
    waiting_[message.topic] = {message, counts};
}

bool Fleet::Impl::keep(MemberPtr member) {
  std::optional<MemberChange> change;
  {
    const base::Locked known(state);
    auto put = known->table.put(std::move(member), now());
    if (!put) {
      ++known->refused;
      known->last_refusal = put.error().message;
      return false;
    }
    change = *std::move(put);
  }
  if (change && on_change) on_change(*change);
  return true;
}

MemberPtr Fleet::Impl::remove(const std::string& identity) {
  const auto change = base::Locked(state)->table.remove(identity);
  if (!change) return nullptr;
  if (on_change) on_change(*change);
  return change->before;
}

void Fleet::Impl::remove_banned() {
  std::vector<std::string> banned;
  {
    const base::Locked known(state);
    banned = known->table.names_if(
        [this](const std::string& identity) { return link.banned(identity).has_value(); });
  }
  for (const auto& identity : banned) {
    auto member = remove(identity);
    if (member && muted_.size() < kRefusedKeptMax) muted_[identity] = std::move(member);
  }
}

void Fleet::Impl::retry_refused() {
  for (auto& [identity, member] : std::exchange(muted_, {}))
    if (link.banned(identity))
      muted_[identity] = std::move(member);
    else
      keep(std::move(member));
  const auto again = std::exchange(waiting_, {});
  for (const auto& [topic, waiting] : again) {
    if (waiting.counted) --base::Locked(state)->refused;
    verify(waiting.message)();
  }
}

}  // namespace muster::client
