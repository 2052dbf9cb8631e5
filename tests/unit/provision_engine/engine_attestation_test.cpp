// An engine whose site has an attestation program: a real one, run beside the loop, about a machine that announces itself on the bus.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <mutex>

#include "orchestrator/provision/live/engine.hpp"
#include "orchestrator/workflow/parse.hpp"
#include "proto/security/verifier.hpp"
#include "tests/support/fakes/temp_folder.hpp"
#include "tests/support/fakes/wait_until.hpp"
#include "tests/unit/client/client_lab.hpp"
#include "tests/unit/provision_engine/announcing.hpp"

namespace muster::provision {
namespace {

namespace fs = std::filesystem;
namespace topics = transport::topics;
using client::must;
using testing::HasSubstr;

class EngineAttestationTest : public testing::Test {
 protected:
  EngineAttestationTest() {
    lab_.trust_nodes();
    records_ = client::Records::watch(lab_.link()).value();
    says("exit 1");
    EngineOptions options;
    options.state_folder = folder_.path();
    options.notify = [](const client::Record&) { return Status{}; };
    options.attestation.program = {(folder_ / "attest").string()};
    options.attestation.deadline = std::chrono::seconds(20);
    options.attestation_told = [this](const AttestationTold& told) {
      const std::lock_guard lock(mutex_);
      verdicts_.push_back(told.verdict);
      return Status{};
    };
    auto workflow =
        workflow::parse_workflow("name: w\nsteps:\n  - {name: claim, do: claim}\n", "w.yaml");
    engine_ = Engine::start(lab_.orchestrator(), workflow::Rules(*std::move(workflow)),
                            std::move(options))
                  .value();
  }
  ~EngineAttestationTest() override { engine_.reset(); }

  // What the program does from now on.
  void says(const std::string& script) {
    folder_.write("new", "#!/bin/sh\ncat >/dev/null\n" + script + "\n");
    fs::permissions(folder_ / "new", fs::perms::owner_all);
    fs::rename(folder_ / "new", folder_ / "attest");
  }
  // The machine's announcement, and what it is answered.
  messages::JoinAnswer announce() {
    const std::size_t before = heard();
    must(machine_->publish(topics::join_announce("c1"), announcement_of(token_, key_),
                           {.retain = true}));
    EXPECT_TRUE(fakes::wait_until([&] { return heard() > before; }));
    const std::lock_guard lock(mutex_);
    return answers_.empty() ? messages::JoinAnswer{} : answers_.back();
  }
  std::size_t heard() {
    const std::lock_guard lock(mutex_);
    return answers_.size();
  }
  void hear(const transport::Message& message) {
    const auto opened = security::open_from_orchestrator(
        message.payload, envelope::Kind::join_answer, lab_.link().operators());
    if (!opened) return;  // a call of the run
    const std::lock_guard lock(mutex_);
    answers_.push_back(messages::JoinAnswer::decode(opened->body).value());
  }
  std::string shown() const {
    const auto record = records_->find("web-1");
    return record ? record->state + ": " + record->reason : "";
  }
  bool is_shown(const std::string& words) {
    return fakes::wait_until([&] { return shown().find(words) != std::string::npos; });
  }

  client::ClientLab lab_;
  const fakes::TempFolder folder_;
  const x509::Key key_ = x509::Key::generate_p256().value();
  const security::TokenFile token_ =
      lab_.pki().join_token(8884, 8883, base::SystemClock().unix_ms(), {});
  std::unique_ptr<client::Records> records_;
  std::mutex mutex_;
  std::vector<std::string> verdicts_;
  std::vector<messages::JoinAnswer> answers_;
  std::unique_ptr<transport::Bus> machine_ = lab_.broker().connect("machine");
  transport::Subscription listening_ =
      machine_
          ->subscribe(topics::join_down("c1"), transport::Qos::at_least_once,
                      [this](const transport::Message& message) { hear(message); })
          .value();
  std::unique_ptr<Engine> engine_;
};

TEST_F(EngineAttestationTest, AProgramThatFailsKeepsTheMachineWaitingInWordsUntilItAdmitsIt) {
  const auto failed = announce();
  EXPECT_FALSE(failed.accepted);
  EXPECT_TRUE(failed.waiting);
  EXPECT_THAT(failed.reason, HasSubstr("ended with 1"));
  EXPECT_TRUE(is_shown("waiting: this site's attestation lets it wait: its program failed"))
      << shown();

  says("echo perhaps");
  EXPECT_THAT(announce().reason, HasSubstr("it must print"));
  EXPECT_TRUE(is_shown("it must print"));

  says("yes");
  EXPECT_FALSE(announce().accepted);

  says("echo '{\"verdict\": \"admit\"}'");
  EXPECT_TRUE(announce().accepted);
  const std::lock_guard lock(mutex_);
  EXPECT_THAT(verdicts_, testing::ElementsAre("none", "none", "none", "admit"));
}

TEST_F(EngineAttestationTest, AMachineThatItRefusesIsToldWhyAndShown) {
  says("echo '{\"verdict\": \"refuse\", \"reason\": \"unknown serial\"}'");
  const auto refused = announce();
  EXPECT_FALSE(refused.accepted);
  EXPECT_FALSE(refused.waiting);
  EXPECT_THAT(refused.reason, HasSubstr("unknown serial"));
  EXPECT_TRUE(is_shown("refused: ")) << shown();
}

TEST_F(EngineAttestationTest, AStopWaitsForNoProgramThatHangs) {
  says("sleep 1000");
  must(machine_->publish(topics::join_announce("c1"), announcement_of(token_, key_),
                         {.retain = true}));
  const auto before = std::chrono::steady_clock::now();
  engine_.reset();
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(15));
}

}  // namespace
}  // namespace muster::provision
