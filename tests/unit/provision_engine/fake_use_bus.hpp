// What ledgers say of uses, in the order of one broker, played in virtual time: each hears it after its latency.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "orchestrator/provision/token_ledger.hpp"
#include "proto/loop/timers.hpp"
#include "tests/unit/provision_engine/fake_ledger_host.hpp"

namespace muster::provision {

class FakeUseBus {
 public:
  // One who listens.
  struct Ear {
    std::function<TokenLedger&()> ledger;
    std::chrono::milliseconds latency{0};
    bool linked = true;
    int link = 0;  // counts them: what was on its way on an earlier one is lost
  };

  explicit FakeUseBus(loop::Timers& timers) : timers_(timers) {}

  // All that `host` publishes is heard by all who joined, `host` among them. It has heard what is retained.
  std::shared_ptr<Ear> join(FakeLedgerHost& host, std::function<TokenLedger&()> ledger) {
    ears_.push_back(std::make_shared<Ear>(Ear{std::move(ledger)}));
    const auto ear = ears_.back();
    host.on_published = [this](const std::string& topic, const std::string& message) {
      publish(topic, message);
    };
    for (const auto& [topic, message] : retained_) hear(ear->ledger(), topic, message);
    ear->ledger().whole();
    return ear;
  }
  void cut(Ear& ear) {
    ear.linked = false;
    ++ear.link;
    ear.ledger().cut();
  }
  void link(Ear& ear) {
    ear.linked = true;
    for (const auto& [topic, message] : retained_) hear(ear.ledger(), topic, message);
    ear.ledger().whole();
  }
  void publish(const std::string& topic, const std::string& message) {
    if (drops) return;
    retained_[topic] = message;
    for (const auto& ear : ears_)
      if (ear->linked)
        timers_.after(ear->latency, [ear, link = ear->link, topic, message] {
          if (ear->link == link) hear(ear->ledger(), topic, message);
        });
  }

  bool drops = false;  // it has no room: what is published is lost without a word

 private:
  static void hear(TokenLedger& ledger, const std::string& topic, const std::string& message) {
    constexpr std::string_view kSigns = " signs ";  // FakeLedgerHost::seal
    if (!is_of_a_use(topic)) return;
    const auto at = message.find(kSigns);
    const auto use = messages::TokenUse::decode(message.substr(at + kSigns.size()));
    ledger.heard(use.value(), message.substr(0, at), {topic, message});
  }

  loop::Timers& timers_;
  std::vector<std::shared_ptr<Ear>> ears_;
  std::map<std::string, std::string> retained_;
};

}  // namespace muster::provision
