#include "proto/transport/directory/bus_directory.hpp"

#include <fmt/format.h>

#include <utility>

#include "proto/base/log.hpp"

namespace muster::transport {

BusDirectory::BusDirectory(Watching::Parts parts, bool connected)
    : parts_(std::move(parts)),
      linked_(connected),
      claims_(
          parts_.timers,
          [this](const Claim& claim) {
            const auto expiry = static_cast<std::uint32_t>(claim.expiry.count());
            return parts_.on.bus.publish(claim.topic, claim.payload,
                                         {.retain = true, .expiry_s = expiry});
          },
          [this](const std::string& filter) { forget(filter); }) {
  if (connected) claims_.linked();
}

void BusDirectory::hear(LinkState state) {
  const bool linked = state == LinkState::connected;
  if (linked == std::exchange(linked_, linked)) return;
  if (linked)
    claims_.linked();
  else
    claims_.lost();
  for (const auto& [id, watch] : watches_) {
    if (linked)
      watch->linked();
    else
      watch->lost();
  }
}

Status BusDirectory::put(Claim claim) {
  return take(std::move(claim), &Claims::put);
}

Status BusDirectory::adopt(Claim claim) {
  return take(std::move(claim), &Claims::adopt);
}

Status BusDirectory::put_missing(Claim claim) {
  return take(std::move(claim), &Claims::put_missing);
}

Status BusDirectory::take(Claim claim, Status (Claims::*into)(Claim)) {
  if (claim.heard_by.empty()) claim.heard_by = claim.topic;
  const auto* known = claims_.find(claim.topic);
  if (known == nullptr && !has_room(claim))
    return fail(Errc::limit,
                fmt::format("{} entries of {} are ours already, which is the limit; {} "
                            "is not kept there",
                            claim.at_most, claim.heard_by, claim.topic));
  const auto before = known != nullptr ? known->heard_by : std::string();
  const auto topic = claim.topic;
  const auto taken = (claims_.*into)(std::move(claim));
  const auto* ours = claims_.find(topic);
  if (ours == nullptr || ours->heard_by == before) return taken;
  listen(ours->heard_by);
  if (!before.empty()) forget(before);
  return taken;
}

bool BusDirectory::has_room(const Claim& claim) const {
  const auto heard = heard_by_.find(claim.heard_by);
  return heard == heard_by_.end() || heard->second.claims < claim.at_most;
}

void BusDirectory::look_at(std::string_view topic) {
  claims_.look_at(topic);
}

bool BusDirectory::is_ours(std::string_view topic) const {
  return claims_.find(topic) != nullptr;
}

void BusDirectory::change(std::string_view topic, std::string payload) {
  claims_.change(topic, std::move(payload));
}

void BusDirectory::leave(std::string_view topic) {
  if (const auto filter = claims_.leave(topic); !filter.empty()) forget(filter);
}

Status BusDirectory::remove(std::string_view topic) {
  leave(topic);
  return parts_.on.bus.publish(topic, "", {.retain = true});
}

Directory::Id BusDirectory::watch(std::string topic_filter, Watcher watcher) {
  const auto id = ++last_;
  watches_.emplace(id, std::make_unique<Watching>(parts_, id, std::move(topic_filter),
                                                  std::move(watcher), linked_));
  return id;
}

void BusDirectory::unwatch(Id id) {
  watches_.erase(id);
}

void BusDirectory::listen(const std::string& filter) {
  auto& heard = heard_by_[filter];
  if (heard.claims++ > 0) return;
  heard.subscription = std::make_unique<LoopSubscription>(
      parts_.on, std::vector<std::string>{filter}, Qos::at_least_once,
      [this](const Message& message) { claims_.heard(message); },
      [this, filter](const Status& answer) {
        if (answer)
          claims_.subscribed(filter);
        else
          log::warning("what becomes of our entries is not heard",
                       {{"topics", filter}, {"why", answer.error().message}});
      });
}

void BusDirectory::forget(const std::string& filter) {
  const auto heard = heard_by_.find(filter);
  if (heard == heard_by_.end() || --heard->second.claims > 0) return;
  heard_by_.erase(heard);
}

}  // namespace muster::transport
