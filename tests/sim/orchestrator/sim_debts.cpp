#include "tests/sim/orchestrator/sim_debts.hpp"

#include <optional>

#include "proto/transport/topics.hpp"

namespace muster::sim {

namespace topics = transport::topics;

SimDebts::SimDebts(BusMember& bus, OrchestratorDisk& disk)
    : bus_(bus),
      disk_(disk),
      filter_(topics::debt(bus.site().collective, "+", "+")),
      claims_(bus.timers(), [this](const transport::Claim& claim) {
        return bus_.publish(claim.topic, claim.payload, {.retain = true});
      }) {
  bus.listen(filter_, [this](const transport::Message& message) { hear(message); });
  bus.on_gap({.begin = [this] { claims_.lost(); },
              .linked = [this] { claims_.linked(); },
              .end = [this] { claims_.subscribed(filter_); }});
  for (const auto& [of_whom, issued_before_ms] : disk_.debts) {
    account_of(of_whom).owed_before_ms = issued_before_ms;
    written_.insert(of_whom);
  }
}

void SimDebts::opened() {
  claims_.linked();
  claims_.subscribed(filter_);
  for (const auto& [of_whom, account] : known_)
    if (account.is_open()) say(account);
  look();
}

client::DebtAccount& SimDebts::account_of(const Key& of_whom) {
  auto& account = known_[of_whom];
  account.master = of_whom.first;
  account.certname = of_whom.second;
  return account;
}

void SimDebts::say(const client::DebtAccount& account) {
  const auto sealed = client::seal_debt(bus_.sealer(), account);
  if (!sealed) return;
  (void)claims_.put(
      {.topic = topics::debt(bus_.site().collective, account.master, account.certname),
       .payload = *sealed,
       .heard_by = filter_,
       .order = [this](const transport::Message& message) -> std::optional<transport::Rank> {
         const auto heard = client::read_debt(message.topic, message.payload, bus_.operators(),
                                              bus_.clock().unix_ms());
         return heard ? std::optional(heard->rank()) : std::nullopt;
       },
       .rank = account.rank()});
}

// All keep what they hear: a broker that forgot is told by whoever is there.
void SimDebts::hear(const transport::Message& message) {
  claims_.heard(message);
  if (message.payload.empty()) return;
  const auto heard =
      client::read_debt(message.topic, message.payload, bus_.operators(), bus_.clock().unix_ms());
  if (!heard) return;
  auto& account = account_of({heard->master, heard->certname});
  const bool is_news = account.merge(*heard);
  if (is_news || account.rank() > heard->rank()) say(account);
}

void SimDebts::look() {
  say_what_the_disk_knows();
  write_what_others_said();
}

// What it had and has no more is paid.
void SimDebts::say_what_the_disk_knows() {
  for (const auto& [of_whom, issued_before_ms] : disk_.debts) {
    written_.insert(of_whom);
    auto& account = account_of(of_whom);
    if (account.owed_before_ms >= issued_before_ms) continue;
    account.owed_before_ms = issued_before_ms;
    account.at_ms = bus_.clock().unix_ms();
    say(account);
  }
  std::erase_if(written_, [this](const Key& of_whom) {
    if (disk_.debts.contains(of_whom)) return false;
    auto& account = account_of(of_whom);
    account.paid_before_ms = account.owed_before_ms;
    account.at_ms = bus_.clock().unix_ms();
    say(account);
    return true;
  });
}

void SimDebts::write_what_others_said() {
  if (disk_.full) return;
  for (const auto& [of_whom, account] : known_) {
    if (account.is_open()) {
      disk_.debts[of_whom] = account.owed_before_ms;
      written_.insert(of_whom);
    } else if (disk_.debts.erase(of_whom) > 0) {
      written_.erase(of_whom);
      bus_.around().trace.line(bus_.name(),
                               "hears that " + of_whom.first + " has cleaned " + of_whom.second);
    }
  }
}

}  // namespace muster::sim
