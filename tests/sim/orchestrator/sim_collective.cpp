#include "tests/sim/orchestrator/sim_collective.hpp"

#include "orchestrator/client/record_claim.hpp"
#include "orchestrator/client/record_codec.hpp"
#include "proto/transport/topics.hpp"

namespace muster::sim {

namespace topics = transport::topics;
using client::rank_of;

SimCollective::SimCollective(BusMember& bus, Presences& presences, Heard heard)
    : bus_(bus),
      presences_(presences),
      heard_(std::move(heard)),
      filter_(topics::provision_record(bus.site().collective, "+")),
      claims_(bus.timers(), [this](const transport::Claim& claim) {
        return bus_.publish(claim.topic, claim.payload, {.retain = true});
      }) {
  bus.listen(filter_, [this](const transport::Message& message) { hear(message); });
  bus.on_gap({.begin =
                  [this] {
                    claims_.lost();
                    for (const auto& [identity, state] : states_) unseen_.insert(identity);
                  },
              .linked = [this] { claims_.linked(); },
              .end = [this] { end_gap(); }});
}

void SimCollective::opened() {
  claims_.linked();
  claims_.subscribed(filter_);
}

void SimCollective::end_gap() {
  claims_.subscribed(filter_);
  for (const auto& identity : std::exchange(unseen_, {}))
    known_.cleared(identity, bus_.clock().unix_ms());
}

void SimCollective::put_back() {
  for (auto& missing : known_.take_missing(client::kRecordsPutBackMax)) {
    const auto& identity = missing.record.identity;
    say("puts back the record of " + identity);
    auto claim = claim_of(identity, std::move(missing.sealed));
    if (!claims_.put_missing(std::move(claim))) known_.miss(identity);  // for the next time
  }
}

std::shared_ptr<const Value> SimCollective::member(const std::string& identity) const {
  const auto* member = presences_.find(identity);
  return member == nullptr ? nullptr : std::make_shared<const Value>(member->facts);
}

std::optional<client::Record> SimCollective::record(const std::string& identity) const {
  auto heard = known_.find(identity);
  const auto own = ours_.find(identity);
  if (own == ours_.end() || (heard && rank_of(*heard) > rank_of(own->second))) return heard;
  return own->second;
}

std::size_t SimCollective::count(std::string_view state) const {
  const auto known = in_state_.find(state);
  return known == in_state_.end() ? 0 : known->second;
}

std::vector<std::string> SimCollective::names() const {
  std::vector<std::string> all;
  all.reserve(states_.size());
  for (const auto& [identity, state] : states_) all.push_back(identity);
  return all;
}

// Counted here, not when somebody asks: that is after each event.
void SimCollective::note_state(const std::string& identity, const std::string& state) {
  const auto [at, is_new] = states_.try_emplace(identity, state);
  if (!is_new) --in_state_[at->second];
  at->second = state;
  ++in_state_[state];
}

transport::Claim SimCollective::claim_of(const std::string& identity, std::string sealed) {
  return {.topic = topics::provision_record(bus_.site().collective, identity),
          .payload = std::move(sealed),
          .heard_by = filter_,
          .order = [this](const transport::Message& message) -> std::optional<transport::Rank> {
            const auto record = client::read_record(message.topic, message.payload,
                                                    bus_.operators(), bus_.clock().unix_ms());
            return record ? std::optional(rank_of(*record)) : std::nullopt;
          }};
}

void SimCollective::publish(const client::Record& wanted) {
  auto record = wanted;
  if (const auto known = this->record(record.identity); known && !client::follow(record, *known))
    return say("says nothing of " + record.identity + ": " + known->orchestrator + " had it later");
  say("records " + record.identity + " " + record.state + " " + record.step);
  ours_[record.identity] = record;
  note_state(record.identity, record.state);
  auto sealed = bus_.sealer().seal(envelope::Kind::provision_record, record.encode());
  const auto put =
      sealed ? claims_.put(claim_of(record.identity, *std::move(sealed))) : fail(sealed.error());
  if (!put) say("cannot tell it: " + put.error().message);
}

loop::Task<Status> SimCollective::forget(std::string identity) {
  co_return fail(Errc::refused, "nobody forgets " + identity + " in a simulation");
}

void SimCollective::hear(const transport::Message& message) {
  const std::string identity(topics::last_level(message.topic));
  unseen_.erase(identity);
  claims_.heard(message);
  if (message.payload.empty()) {
    known_.cleared(identity, bus_.clock().unix_ms());
    return;
  }
  const auto heard =
      client::read_record(message.topic, message.payload, bus_.operators(), bus_.clock().unix_ms());
  if (!heard) return known_.miss(identity);
  const auto taken = known_.take({*heard, message.payload, {}});
  if (taken != client::KnownRecords::Taken::yes) return;
  const auto own = ours_.find(identity);
  if (own != ours_.end() && rank_of(*heard) >= rank_of(own->second)) ours_.erase(own);
  if (!ours_.contains(identity)) note_state(identity, heard->state);
  heard_(*heard);
}

}  // namespace muster::sim
