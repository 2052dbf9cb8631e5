#include "tests/sim/orchestrator/presences.hpp"

#include <utility>

#include "proto/messages/presence.hpp"
#include "proto/security/verifier.hpp"
#include "proto/transport/topics.hpp"

namespace muster::sim {

namespace topics = transport::topics;

Presences::Presences(BusMember& bus, Changed changed) : bus_(bus), changed_(std::move(changed)) {
  bus.listen(topics::presence(bus.site().collective, "+"),
             [this](const transport::Message& message) { hear(message); });
  bus.on_gap({.begin = [this] { begin_gap(); }, .end = [this] { end_gap(); }});
}

Result<client::Member> Presences::read(const transport::Message& message) const {
  MUSTER_ASSIGN(const auto opened,
                security::open(message.payload, envelope::Kind::presence, bus_.nodes()));
  MUSTER_ASSIGN(auto wire, messages::Presence::decode(opened.body));
  if (wire.identity != opened.signer || wire.identity != topics::last_level(message.topic))
    return fail(Errc::refused, opened.signer + " shows itself as another");
  client::Member member;
  member.identity = wire.identity;
  member.agents = std::move(wire.agents);
  member.facts = std::move(wire.facts);
  member.session = std::move(wire.session);
  member.address = std::move(wire.address);
  member.ca_fingerprint = opened.issuer;
  member.certificate_fingerprint = opened.certificate_fingerprint;
  return member;
}

void Presences::hear(const transport::Message& message) {
  const std::string identity(topics::last_level(message.topic));
  unseen_.erase(identity);
  if (message.payload.empty()) {
    if (members_.erase(identity) > 0 && changed_) changed_(identity, false);
    return;
  }
  auto member = read(message);
  if (!member) {
    ++refused_;
    return bus_.around().trace.line(
        bus_.name(), "refuses presence of " + identity + ": " + member.error().message);
  }
  members_[identity] = *std::move(member);
  if (changed_) changed_(identity, true);
}

void Presences::begin_gap() {
  for (const auto& [identity, member] : members_) unseen_.insert(identity);
}

// Who went meanwhile is not shown any more.
void Presences::end_gap() {
  for (const auto& identity : std::exchange(unseen_, {}))
    if (members_.erase(identity) > 0 && changed_) changed_(identity, false);
}

const client::Member* Presences::find(const std::string& identity) const {
  const auto found = members_.find(identity);
  return found == members_.end() ? nullptr : &found->second;
}

std::vector<std::string> Presences::names() const {
  std::vector<std::string> names;
  for (const auto& [identity, member] : members_) names.push_back(identity);
  return names;
}

std::vector<const client::Member*> Presences::all() const {
  std::vector<const client::Member*> all;
  for (const auto& [identity, member] : members_) all.push_back(&member);
  return all;
}

}  // namespace muster::sim
