// The desk with real announcements and signatures, a CA that is played, in virtual time.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

#include "orchestrator/client/fleet.hpp"
#include "orchestrator/provision/join_desk.hpp"
#include "orchestrator/provision/live/ca_questions.hpp"
#include "orchestrator/provision/live/live_join_zone.hpp"
#include "proto/base/clock.hpp"
#include "proto/transport/topics.hpp"
#include "tests/support/fakes/wait_until.hpp"
#include "tests/support/virtual_loop/late_executor.hpp"
#include "tests/unit/client/client_lab.hpp"
#include "tests/unit/provision_engine/fake_collective.hpp"
#include "tests/unit/provision_engine/fake_ledger_host.hpp"
#include "tests/unit/provision_engine/fake_use_bus.hpp"
#include "tests/unit/provision_engine/fake_world.hpp"

namespace muster::provision {

class DeskLab : public testing::Test {
 protected:
  ~DeskLab() override { machine_->disconnect(); }

  // All that can be done without anybody's answer, and what was told to the machine has reached it.
  void run_due() {
    world_.loop.advance(std::chrono::milliseconds(0));
    client::must(lab_.link().echo(std::chrono::seconds(10)));
    const int marks = ++marks_sent_;
    client::must(lab_.link().bus().publish(kMark, "mark", {}));
    if (!fakes::wait_until([&] { return marks_heard_ == marks; }))
      throw std::runtime_error("the machine hears nothing");
  }
  // The CAs have answered, too.
  void advance() {
    world_.loop.advance(5 * world_.latency);
    run_due();
  }
  void hear(const std::string& message, const std::string& client_id = "c1") {
    desk_.judge(client_id, message, [this] { ++examined_; });
    run_due();
  }
  admission::Rules rules() const {
    admission::Rules rules;
    rules.collective = "main";
    rules.attestation = attests_;
    return rules;
  }
  LiveJoinZone::Handlers handlers() {
    return {
        .rules = [this] { return rules(); },
        .joined = [this](const Joiner&) { ++joined_; },
        .refused =
            [this](const std::string&, const std::string& reason) {
              refusal_ = reason;
              ++refused_;
            },
        .asks_for_name =
            [this](const admission::Applicant& applicant, const std::string& reason) {
              asks_because_ = reason;
              auto& record = collective_.records[applicant.identity];
              record.claim = messages::NameClaim{applicant.key_fingerprint, applicant.address, 1};
              ++waiting_;
            },
        .postponed =
            [this](const std::string&, const std::string& reason) {
              postponed_because_ = reason;
              ++postponed_;
            },
        .machine_here = [this](const std::string&) { return here_; },
        .record_may_come_back = [this](const std::string&,
                                       bool was_let_in) { return was_let_in && has_just_begun_; }};
  }

  // Certificates are made today.
  const base::Clock& clock_of_today() {
    world_.loop.set_unix_ms(base::SystemClock().unix_ms());
    return world_.loop.clock();
  }

  FakeWorld world_;
  client::ClientLab lab_{clock_of_today()};
  FakeCollective collective_;
  FakeLedgerHost ledger_host_{world_.waits};
  std::vector<std::string> told_full_;
  TokenLedger ledger_{
      ledger_host_, world_.waits, {.collective = "main", .on_full = [this](const std::string& why) {
                                     told_full_.push_back(why);
                                   }}};
  FakeUseBus use_bus_{world_.loop};
  std::shared_ptr<FakeUseBus::Ear> hears_uses_ =
      use_bus_.join(ledger_host_, [this]() -> TokenLedger& { return ledger_; });
  std::unique_ptr<client::Fleet> fleet_ = client::Fleet::watch(lab_.link()).value();
  std::vector<Master> masters_{Master{"puppet-1", "", "", "ca-1"}};
  CaQuestions questions_{world_, world_.waits, [this] { return masters_; }};
  std::optional<GoneWord> provider_says_;  // nothing: it says nothing that can be used
  std::vector<Value> provider_asked_;
  fakes::LateExecutor provider_{world_.loop};
  InstanceGone gone_{provider_, world_.waits, [this](const Value& question) -> Result<GoneWord> {
                       provider_asked_.push_back(question);
                       if (!provider_says_) return fail(Errc::aborted, "it said nothing");
                       return *provider_says_;
                     }};
  bool attests_ = false;
  Result<admission::Attestation> attestation_ = admission::Attestation{};
  int attested_ = 0;
  fakes::LateExecutor attesters_{world_.loop};
  Attestor attestor_{attesters_, world_.waits, 4, [this](const Value&) {
                       ++attested_;
                       return attestation_;
                     }};
  LiveJoinZone zone_{{lab_.link(), *fleet_, collective_, questions_, &gone_, world_.waits,
                      world_.loop, world_.loop, &attestor_},
                     handlers()};
  JoinDesk desk_{zone_, ledger_, world_.waits};
  int joined_ = 0, refused_ = 0, waiting_ = 0, postponed_ = 0, examined_ = 0;
  std::string refusal_;  // the last one's reason, as the next
  std::string asks_because_;
  std::string postponed_because_;
  std::optional<MachineHere> here_;  // who was let in
  bool has_just_begun_ = false;
  std::atomic<int> answered_{0};  // to the machine
  std::unique_ptr<transport::Bus> machine_ = lab_.broker().connect("machine");
  transport::Subscription listening_ =
      machine_
          ->subscribe(transport::topics::join_down("c1"), transport::Qos::at_least_once,
                      [this](const transport::Message&) { ++answered_; })
          .value();
  // What the machine hears comes in its order, so that a mark tells that all before it has come.
  static constexpr const char* kMark = "test/mark";
  int marks_sent_ = 0;
  std::atomic<int> marks_heard_{0};
  transport::Subscription hearing_marks_ =
      machine_
          ->subscribe(kMark, transport::Qos::at_least_once,
                      [this](const transport::Message&) { ++marks_heard_; })
          .value();
};

}  // namespace muster::provision
