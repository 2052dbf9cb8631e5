#include "plugins/agents/provision/provision_agent.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "proto/base/files.hpp"
#include "proto/base/put_aside.hpp"
#include "proto/ddl/texts.hpp"
#include "tests/support/fakes/fake_clock.hpp"
#include "tests/support/node/test_node.hpp"
#include "tests/support/pki/test_pki.hpp"

namespace muster::plugins::provision {
namespace {

using test::request_of;
using testing::HasSubstr;

class ProvisionAgentTest : public testing::Test {
 protected:
  ProvisionAgent& agent() {
    if (!agent_)
      agent_ = std::make_unique<ProvisionAgent>(ddl::built_in("provision").value(), node_);
    return *agent_;
  }
  void restart() { agent_.reset(); }
  ActionReply call(const std::string& action, Value data = Value::object(),
                   const std::string& caller = "cert=orchestrator1") {
    return agent().handle(request_of(action, std::move(data), caller));
  }
  std::int64_t claim(const std::string& caller = "cert=orchestrator1") {
    const auto reply = call("claim", {{"workflow", "puppet"}, {"lease_s", 60}}, caller);
    EXPECT_EQ(reply.status, 0) << reply.message;
    return reply.data.value("fence", std::int64_t{0});
  }
  std::string state() { return call("status").data.at("state"); }

  fakes::FakeClock clock_;
  test::TestNode node_{"n1.example", clock_};

 private:
  std::unique_ptr<ProvisionAgent> agent_;
};

TEST_F(ProvisionAgentTest, AMasterIsNeverProvisioned) {
  EXPECT_TRUE(agent().active());
  node_.folder.write("ca/ca_crt.pem", "x");
  EXPECT_FALSE(agent().active());
}

TEST_F(ProvisionAgentTest, AFencedCallWithoutItsFenceIsRefused) {
  claim();
  const auto reply = call("renew", {{"lease_s", 60}});
  EXPECT_EQ(reply.status, 3);
  EXPECT_THAT(reply.message, HasSubstr("needs the fence"));
}

// Masters may be at what the one that left has asked of them.
TEST_F(ProvisionAgentTest, WithoutACertificateALeaseRunsOutAlthoughItsOwnerLeft) {
  const auto fence = claim("cert=one");
  const auto reply = call("claim", {{"workflow", "puppet"}, {"instead_of", fence}}, "cert=two");
  EXPECT_EQ(reply.status, 1);
  EXPECT_THAT(reply.message, HasSubstr("cert=one holds the lease"));
}

TEST_F(ProvisionAgentTest, WhoLostTheLeaseCanDoNothingAnyMore) {
  const auto old = claim("cert=one");
  clock_.advance(std::chrono::seconds(61));
  claim("cert=two");
  for (const auto* action : {"renew", "release", "set_puppet_host", "request_certificate",
                             "fetch_certificate", "enter_collective", "run", "reboot", "finish"}) {
    const auto reply = call(action, {{"fence", old}}, "cert=one");
    EXPECT_EQ(reply.status, 1) << action;
    EXPECT_THAT(reply.message, HasSubstr("cert=two holds the lease")) << action;
  }
  EXPECT_EQ(node_.entered, 0);
}

TEST_F(ProvisionAgentTest, ProgressAndFenceSurviveARestart) {
  const auto fence = claim();
  const muster::progress::Progress told{
      "puppet", "ab12", {"claim", "pick-master"}, "m1.example", "run-1", fence, 1'000};
  EXPECT_EQ(call("renew", {{"fence", fence}, {"progress", told.to_value()}}).status, 0);
  restart();
  const auto status = call("status").data;
  EXPECT_EQ(status.at("progress"), told.to_value());
  EXPECT_EQ(call("renew", {{"fence", fence}, {"lease_s", 60}}).status, 0);
  EXPECT_GT(claim(), fence);
}

TEST_F(ProvisionAgentTest, AFinishedStepIsNotedEvenIfTheCallThatToldItFails) {
  const auto fence = claim();
  const Value told{{"finished", {"fetch-certificate"}}};
  EXPECT_NE(call("enter_collective", {{"fence", fence}, {"progress", told}}).status, 0);
  EXPECT_EQ(call("status").data.at("progress").at("finished"), told.at("finished"));
}

TEST_F(ProvisionAgentTest, ProgressOfAnotherFormIsRefusedAndNothingIsNoted) {
  const auto fence = claim();
  EXPECT_EQ(call("renew", {{"fence", fence}, {"progress", {{"finished", 5}}}}).status, 4);
  EXPECT_EQ(call("status").data.at("progress").at("finished"), Value::array());
}

TEST_F(ProvisionAgentTest, ADamagedFileIsAStateAndNotACrash) {
  node_.folder.write("state/provision.json", "{half");
  EXPECT_EQ(state(), "damaged");
  const auto reply = call("claim", {{"workflow", "puppet"}});
  EXPECT_NE(reply.status, 0);
  EXPECT_THAT(reply.message, HasSubstr("provision.json is damaged"));
}

TEST_F(ProvisionAgentTest, AgainMendsADamagedFileWithAFenceAboveEveryOneBefore) {
  const auto before = claim();
  restart();
  node_.folder.write("state/provision.json", "{half");
  EXPECT_EQ(call("again").status, 0);
  EXPECT_EQ(state(), "waiting");
  EXPECT_GT(claim(), before);
  const auto aside = base::put_aside_since(node_.folder.path(), 0);
  ASSERT_EQ(aside.size(), 1U);
  EXPECT_EQ(base::read_file(aside.front()).value(), "{half");
}

class GivenUpTest : public ProvisionAgentTest {
 protected:
  GivenUpTest() {
    node_.folder.write("ssl/private_keys/n1.example.pem", "key");
    node_.folder.write("ssl/certs/n1.example.pem", "certificate");
    node_.paths.ssldir = node_.folder / "ssl";
  }
  ActionReply give_up() { return call("again", {{"new_certificate", true}}); }
  bool has(const std::string& file) const {
    return std::filesystem::exists(node_.folder / "ssl" / file);
  }
};

TEST_F(GivenUpTest, KeyAndCertificateAreMovedAsideAndTheNodeLeavesTheCollective) {
  EXPECT_EQ(call("finish", {{"fence", claim()}}).status, 0);
  const auto shown = node_.presence_changes.load();
  const auto reply = give_up();
  ASSERT_EQ(reply.status, 0) << reply.message;
  EXPECT_EQ(reply.data.at("moved_aside").size(), 2U);
  EXPECT_FALSE(has("private_keys/n1.example.pem"));
  EXPECT_FALSE(has("certs/n1.example.pem"));
  EXPECT_TRUE(has("private_keys/n1.example.pem.old"));
  EXPECT_EQ(node_.left, 1);
  EXPECT_EQ(node_.presence_changes, shown) << "nobody is to provision it as a member meanwhile";
  EXPECT_EQ(state(), "waiting");
}

TEST_F(GivenUpTest, OnlyTheCertificateOfTheCaThatIsNamedIsGivenUp) {
  const test::TestCa old("Puppet CA: old");
  const test::TestCa next("Puppet CA: next");
  node_.folder.write("ssl/certs/n1.example.pem", next.issue_node("n1.example").certificate.pem());
  const auto of = [](const test::TestCa& ca) {
    return Value{{"new_certificate", true}, {"issued_by", ca.certificate().pem()}};
  };
  const auto refused = call("again", of(old));
  EXPECT_NE(refused.status, 0);
  EXPECT_THAT(refused.message, HasSubstr("it stays"));
  EXPECT_TRUE(has("certs/n1.example.pem"));
  EXPECT_TRUE(has("private_keys/n1.example.pem"));
  EXPECT_EQ(node_.left, 0);
  const auto given = call("again", of(next));
  EXPECT_EQ(given.status, 0) << given.message;
  EXPECT_FALSE(has("certs/n1.example.pem"));
  EXPECT_NE(call("again", of(next)).status, 0) << "there is none any more";
}

TEST_F(GivenUpTest, ASecondTimeChangesNothingMore) {
  EXPECT_EQ(give_up().status, 0);
  const auto again = give_up();
  EXPECT_EQ(again.status, 0) << again.message;
  EXPECT_EQ(again.data.at("moved_aside").size(), 0U);
  EXPECT_EQ(node_.folder.read("ssl/private_keys/n1.example.pem.old"), "key");
}

TEST_F(GivenUpTest, OnceItsKeyIsGoneItLeavesWhateverBecomesOfTheRest) {
  node_.folder.write("ssl/certs/n1.example.pem.old/in-the-way", "");
  const auto reply = give_up();
  ASSERT_EQ(reply.status, 0) << reply.message;
  EXPECT_EQ(node_.left, 1);
  EXPECT_FALSE(has("private_keys/n1.example.pem"));
  ASSERT_EQ(reply.data.at("problems").size(), 1U);
  EXPECT_THAT(reply.data.at("problems").at(0).get<std::string>(),
              HasSubstr("certs/n1.example.pem aside: Is a directory"));
}

TEST_F(GivenUpTest, AKeyThatCannotBeMovedIsNotGivenUp) {
  node_.folder.write("ssl/private_keys/n1.example.pem.old/in-the-way", "");
  const auto reply = give_up();
  EXPECT_NE(reply.status, 0);
  EXPECT_THAT(reply.message, HasSubstr("private_keys/n1.example.pem aside: Is a directory"));
  EXPECT_EQ(node_.left, 0);
  EXPECT_TRUE(has("certs/n1.example.pem"));
}

TEST_F(GivenUpTest, WhoCouldNotComeBackKeepsItsCertificateAndSaysWhy) {
  node_.joinable = fail(Errc::aborted, "n1.example has no join token");
  const auto reply = give_up();
  EXPECT_EQ(reply.status, 1);
  EXPECT_THAT(reply.message, HasSubstr("no join token"));
  EXPECT_TRUE(has("private_keys/n1.example.pem"));
  EXPECT_EQ(node_.left, 0);
}

TEST_F(GivenUpTest, WhoIsBeingProvisionedKeepsItsCertificateUntilTheLeaseIsOver) {
  claim();
  const auto reply = give_up();
  EXPECT_EQ(reply.status, 1);
  EXPECT_THAT(reply.message, HasSubstr("cert=orchestrator1 provisions this node just now"));
  EXPECT_TRUE(has("certs/n1.example.pem"));
  clock_.advance(std::chrono::seconds(61));
  EXPECT_EQ(give_up().status, 0);
}

TEST_F(ProvisionAgentTest, FinishIsForGoodUntilAgain) {
  EXPECT_EQ(call("finish", {{"fence", claim()}}).status, 0);
  restart();
  EXPECT_EQ(state(), "finished");
  EXPECT_EQ(call("claim", {{"workflow", "puppet"}}).status, 1);
  EXPECT_EQ(call("again").status, 0);
  EXPECT_EQ(state(), "waiting");
  claim();
}

TEST_F(ProvisionAgentTest, AFailureIsKeptWithItsReasonAndFreesTheLease) {
  const auto reply =
      call("release", {{"fence", claim("cert=one")}, {"state", "failed"}, {"error", "exit 4"}},
           "cert=one");
  EXPECT_EQ(reply.status, 0);
  EXPECT_EQ(call("status").data.at("error"), "exit 4");
  claim("cert=two");
}

TEST_F(ProvisionAgentTest, PresenceIsToldWhenTheStateChanges) {
  const auto fence = claim();
  EXPECT_EQ(node_.presence_changes, 1);
  call("renew", {{"fence", fence}, {"lease_s", 60}});
  EXPECT_EQ(node_.presence_changes, 1);
}

TEST_F(ProvisionAgentTest, ThePuppetHostIsSetWithBothFamilies) {
  node_.folder.write("hosts", "127.0.0.1 localhost\n");
  const auto reply =
      call("set_puppet_host", {{"fence", claim()}, {"addresses", {"192.0.2.1", "2001:db8::1"}}});
  ASSERT_EQ(reply.status, 0) << reply.message;
  EXPECT_EQ(reply.data.at("changed"), true);
  EXPECT_EQ(reply.data.at("lines").size(), 2u);
  EXPECT_THAT(node_.folder.read("hosts"), HasSubstr("2001:db8::1\tpuppet # muster\n"));
}

TEST_F(ProvisionAgentTest, EnteringNeedsACertificate) {
  const auto reply = call("enter_collective", {{"fence", claim()}});
  EXPECT_EQ(reply.status, 1);
  EXPECT_THAT(reply.message, HasSubstr("is missing; fetch the certificate first"));
  EXPECT_EQ(node_.entered, 0);
}

TEST_F(ProvisionAgentTest, AMasterThatDoesNotAnswerIsAnErrorThatNamesItsUrl) {
  node_.paths.server_url = "https://127.0.0.1:1";
  const auto reply =
      call("request_certificate", {{"fence", claim()}, {"ca_pem", "-----BEGIN CERTIFICATE-----"}});
  EXPECT_NE(reply.status, 0);
  EXPECT_THAT(reply.message, HasSubstr("https://127.0.0.1:1/puppet-ca/v1/certificate/n1.example"));
}

TEST_F(ProvisionAgentTest, AMissingPuppetIsAClearError) {
  node_.paths.program = "no-such-puppet";
  const auto reply = call("run", {{"fence", claim()}, {"step", "bootstrap-run"}});
  EXPECT_NE(reply.status, 0);
  EXPECT_THAT(reply.message,
              HasSubstr("Puppet is not installed on this node: no program 'no-such-puppet'"));
}

TEST_F(ProvisionAgentTest, ADisabledPuppetIsAClearErrorWithItsReason) {
  node_.paths.program = "/bin/true";
  node_.folder.write("var/state/agent_disabled.lock", R"({"disabled_message":"kernel freeze"})");
  const auto reply = call("run", {{"fence", claim()}, {"step", "bootstrap-run"}});
  EXPECT_EQ(reply.status, 1);
  EXPECT_THAT(reply.message, HasSubstr("Puppet is disabled on this node: kernel freeze"));
  EXPECT_EQ(call("status").data.at("puppet_disabled"), "kernel freeze");
}

TEST_F(ProvisionAgentTest, OfManyClaimsAtOnceOnlyOneIsGranted) {
  agent();
  std::atomic<int> granted{0};
  std::vector<std::thread> claimers;
  for (int i = 0; i < 8; ++i)
    claimers.emplace_back([&, i] {
      const auto reply = call("claim", {{"workflow", "puppet"}}, "cert=o" + std::to_string(i));
      if (reply.status == 0) ++granted;
    });
  for (auto& claimer : claimers) claimer.join();
  EXPECT_EQ(granted, 1);
}

}  // namespace
}  // namespace muster::plugins::provision
