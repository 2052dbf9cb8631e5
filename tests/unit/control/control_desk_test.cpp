// Operators and orchestrators with all that lies between them but a broker of its own.
#include "orchestrator/control/control_desk.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "orchestrator/client/control.hpp"
#include "orchestrator/client/from_node.hpp"
#include "orchestrator/client/node_orders.hpp"
#include "proto/messages/request.hpp"
#include "tests/support/fakes/wait_until.hpp"
#include "tests/support/pki/test_revocations.hpp"
#include "tests/unit/control/control_lab.hpp"

namespace muster::control {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class ControlDeskTest : public testing::Test {
 protected:
  Result<client::ControlAnswer> ask(const std::string& action, const Value& arguments,
                                    const std::string& orchestrator = {}) {
    return client::ask_orchestrators(lab_.link(), {.action = action,
                                                   .arguments = arguments,
                                                   .orchestrator = orchestrator,
                                                   .timeout = fakes::kPatience});
  }
  const x509::Certificate& ca() const { return lab_.pki().puppet_ca().certificate(); }

  base::SystemClock clock_;
  client::ClientLab lab_;
  FakeProvisioning provisioning_;
  FakeTrust trust_;
};

TEST_F(ControlDeskTest, ACaThatAnAdminAddsIsSignedByTheOrchestrator) {
  const ServingOrchestrator orchestrator(lab_, "orchestrator1");
  client::must(lab_.link().learn_trust());
  const auto added = ask("trust_add", {{"certificate", ca().pem()}, {"names", {"*"}}});
  ASSERT_TRUE(added) << added.error().message;
  EXPECT_EQ(added->outcome, client::Outcome::ok) << added->message;
  EXPECT_EQ(added->orchestrator, "orchestrator1");
  EXPECT_EQ(added->data.at("fingerprint"), ca().fingerprint());
  client::must(lab_.link().wait_trust());
  EXPECT_TRUE(lab_.link().nodes().trusts(ca().fingerprint()));
  EXPECT_THAT(orchestrator.audit(),
              testing::AllOf(HasSubstr("trust_add"), HasSubstr("alice"), HasSubstr("allowed")));
}

TEST_F(ControlDeskTest, ACaThatAnAdminRemovesIsTrustedNoMore) {
  const ServingOrchestrator orchestrator(lab_, "orchestrator1");
  client::must(lab_.link().learn_trust());
  ASSERT_EQ(ask("trust_add", {{"certificate", ca().pem()}, {"names", {"*"}}})->outcome,
            client::Outcome::ok);
  client::must(lab_.link().wait_trust());
  ASSERT_TRUE(
      fakes::wait_until([&] { return orchestrator.link->nodes().trusts(ca().fingerprint()); }));
  const auto removed = ask("trust_remove", {{"fingerprint", ca().fingerprint()}});
  ASSERT_TRUE(removed) << removed.error().message;
  EXPECT_EQ(removed->outcome, client::Outcome::ok) << removed->message;
  EXPECT_TRUE(fakes::wait_until([&] { return !lab_.link().nodes().trusts(ca().fingerprint()); }));
  const auto twice = ask("trust_remove", {{"fingerprint", std::string(64, 'a')}});
  EXPECT_EQ(twice->outcome, client::Outcome::failed);
  EXPECT_THAT(twice->message, HasSubstr("muster trust list"));
}

TEST_F(ControlDeskTest, ACaThatLooksLikeAnotherIsNotAdded) {
  const ServingOrchestrator orchestrator(lab_, "orchestrator1");
  ASSERT_EQ(ask("trust_add", {{"certificate", ca().pem()}, {"names", {"*"}}})->outcome,
            client::Outcome::ok);
  const test::TestCa twin(ca().common_name());
  const auto refused =
      ask("trust_add", {{"certificate", twin.certificate().pem()}, {"names", {"*"}}});
  ASSERT_TRUE(refused) << refused.error().message;
  EXPECT_EQ(refused->outcome, client::Outcome::failed);
  EXPECT_THAT(refused->message, HasSubstr("muster trust remove " + ca().fingerprint()));
  EXPECT_FALSE(orchestrator.link->nodes().trusts(twin.certificate().fingerprint()));
}

TEST_F(ControlDeskTest, ARenewedCaIsAddedBesideItsFirstCertificateAndRemovedWithIt) {
  const ServingOrchestrator orchestrator(lab_, "orchestrator1");
  x509::IssueSpec spec;
  spec.common_name = ca().common_name();
  spec.ca = true;
  spec.valid_for = std::chrono::hours(24 * 365 * 15);
  const auto& key = lab_.pki().puppet_ca().key();
  const auto renewed = x509::issue(spec, key, nullptr, key).value();
  const auto add = [&](const x509::Certificate& which, const Value& more) {
    Value arguments{{"certificate", which.pem()}, {"names", {"*"}}};
    arguments.update(more);
    const auto added = ask("trust_add", arguments);
    EXPECT_EQ(added->outcome, client::Outcome::ok) << added->message;
  };
  add(ca(), {{"master", "m1"}});
  add(renewed, Value::object());
  const auto& nodes = orchestrator.link->nodes();
  EXPECT_TRUE(nodes.trusts(ca().fingerprint()));
  EXPECT_TRUE(nodes.trusts(renewed.fingerprint()));
  EXPECT_EQ(orchestrator.link->endorsements().find(renewed.fingerprint())->master, "m1");
  const auto removed = ask("trust_remove", {{"fingerprint", ca().fingerprint()}});
  EXPECT_EQ(removed->outcome, client::Outcome::ok) << removed->message;
  EXPECT_FALSE(nodes.trusts(ca().fingerprint()));
  EXPECT_FALSE(nodes.trusts(renewed.fingerprint())) << "all of its nodes would be believed still";
}

TEST_F(ControlDeskTest, AMasterThatAnAdminRetiresIsMarkedAndUnmarkedByCancel) {
  const ServingOrchestrator orchestrator(lab_, "orchestrator1");
  const auto& endorsements = orchestrator.link->endorsements();
  ASSERT_EQ(
      ask("trust_add", {{"certificate", ca().pem()}, {"names", {"*"}}, {"master", "m1"}})->outcome,
      client::Outcome::ok);
  const auto retired = ask("master_retire", {{"master", "m1"}});
  ASSERT_TRUE(retired) << retired.error().message;
  EXPECT_EQ(retired->outcome, client::Outcome::ok) << retired->message;
  EXPECT_EQ(retired->data.at("retired_by"), "alice");
  EXPECT_EQ(retired->data.at("other_masters"), 0);
  EXPECT_EQ(endorsements.find(ca().fingerprint())->retired_by, "alice");
  EXPECT_EQ(ask("trust_renew", {{"fingerprint", ca().fingerprint()}})->outcome,
            client::Outcome::ok);
  EXPECT_TRUE(endorsements.find(ca().fingerprint())->is_retired()) << "signed anew";
  const auto stays = ask("master_retire", {{"master", "m1"}, {"cancel", true}});
  EXPECT_EQ(stays->outcome, client::Outcome::ok) << stays->message;
  EXPECT_FALSE(endorsements.find(ca().fingerprint())->is_retired());
  const auto unknown = ask("master_retire", {{"master", "m2"}});
  EXPECT_EQ(unknown->outcome, client::Outcome::failed);
}

TEST_F(ControlDeskTest, WhoSpeaksUnderAnotherCasNameIsInTheAudit) {
  const ServingOrchestrator orchestrator(lab_, "orchestrator1");
  auto& link = *orchestrator.link;
  ASSERT_TRUE(link.nodes().add(ca()));
  link.bind("n1", std::string(64, 'f'));
  const auto sealed = lab_.pki().node("n1").signer().seal(envelope::Kind::presence, "body").value();
  EXPECT_FALSE(client::open_from_node(link, transport::topics::presence("main", "n1"), sealed,
                                      envelope::Kind::presence));
  EXPECT_THAT(orchestrator.audit(),
              testing::AllOf(HasSubstr("unverified"), HasSubstr("was provisioned by the CA")));
}

TEST_F(ControlDeskTest, WhoIsNoAdminIsRefusedAndAudited) {
  const ServingOrchestrator orchestrator(lab_, "orchestrator1", "bob");
  const auto refused = ask("trust_add", {{"certificate", ca().pem()}, {"names", {"*"}}});
  ASSERT_TRUE(refused) << refused.error().message;
  EXPECT_EQ(refused->outcome, client::Outcome::refused);
  EXPECT_THAT(refused->message, HasSubstr("alice may not call orchestrator#trust_add"));
  EXPECT_THAT(orchestrator.audit(), HasSubstr("denied"));
  EXPECT_FALSE(lab_.broker().retained(transport::topics::trusted_ca("main", ca().fingerprint())));
}

TEST_F(ControlDeskTest, EachDutyIsAskedForWhatTheActionSays) {
  const ServingOrchestrator orchestrator(
      lab_, "orchestrator1", "alice",
      {.provisioning = &provisioning_, .approvals = &trust_, .bans = &trust_, .tokens = &trust_});
  const std::vector<std::pair<std::string, Value>> requests{
      {"provision_again", {{"nodes", {"n1"}}}},
      {"provision_retry", {{"nodes", {"n2"}}}},
      {"provision_cancel", {{"nodes", {"n3"}}}},
      {"provision_forget", {{"nodes", {"n4", "n5", "n4"}}}},
      {"provision_approve", {{"node", "n3"}, {"key", std::string(64, 'a')}}},
      {"node_ban", {{"node", "n4"}, {"reason", "odd"}}},
      {"node_unban", {{"node", "n4"}}},
      {"token_revoke", {{"id", "t1"}}}};
  for (const auto& [action, arguments] : requests) {
    const auto answer = ask(action, arguments);
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(answer->outcome, client::Outcome::ok) << action << ": " << answer->message;
  }
  EXPECT_THAT(provisioning_.asked,
              ElementsAre("again n1", "retry n2", "for alice cancel n3", "forget n4", "forget n5"));
  EXPECT_THAT(trust_.asked, ElementsAre("approve n3 with aaaa by alice", "ban n4 (odd) by alice",
                                        "unban n4 by alice", "revoke t1 by alice"));
}

TEST_F(ControlDeskTest, HowEarlierRunsWentAnyOperatorMayAsk) {
  struct FakeHistory final : History {
    Result<Value> stats(std::int64_t since_ms) override {
      since = since_ms;
      return Value{{"ended_by", {{"orchestrator1", Value::object()}}}};
    }
    Result<Value> of_node(const std::string& node, std::size_t most) override {
      asked = node + " " + std::to_string(most);
      return Value{{"runs", Value::array()}};
    }
    std::int64_t since = 0;
    std::string asked;
  } history;
  const ServingOrchestrator orchestrator(lab_, "orchestrator1", "bob", {.history = &history});
  const auto before_ms = clock_.unix_ms();
  const auto stats = ask("provision_stats", {{"since_s", 3'600}});
  ASSERT_TRUE(stats) << stats.error().message;
  EXPECT_EQ(stats->outcome, client::Outcome::ok) << stats->message;
  EXPECT_GE(history.since, before_ms - 3'600'000);
  EXPECT_EQ(ask("provision_history", {{"node", "n1"}})->outcome, client::Outcome::ok);
  EXPECT_EQ(history.asked, "n1 20");
}

TEST_F(ControlDeskTest, WhatPeopleWereNotToldIsForAdminsToSeeAndToSendAgain) {
  struct FakeNotifications final : Notifications {
    Result<Value> unsent(std::size_t most) override {
      asked += "list " + std::to_string(most) + ";";
      return Value{{"notifications", Value::array()}, {"waiting", 0}, {"failed", 2}};
    }
    Result<Value> retry(const std::string& id) override {
      asked += "retry " + id + ";";
      return Value{{"failed", 2}, {"waiting", 0}};
    }
    std::string asked;
  } notifications;
  const Duties duties{.notifications = &notifications};
  {
    const ServingOrchestrator orchestrator(lab_, "orchestrator1", "bob", duties);
    EXPECT_EQ(ask("notifications_list", Value::object())->outcome, client::Outcome::refused);
    EXPECT_EQ(ask("notifications_retry", Value::object())->outcome, client::Outcome::refused);
    EXPECT_EQ(notifications.asked, "");
  }
  const ServingOrchestrator orchestrator(lab_, "orchestrator2", "alice", duties);
  EXPECT_EQ(ask("notifications_list", Value::object())->data.at("failed"), 2);
  EXPECT_EQ(ask("notifications_retry", {{"id", "web1.failed-5"}})->outcome, client::Outcome::ok);
  EXPECT_EQ(ask("notifications_retry", Value::object())->data.at("failed"), 2);
  EXPECT_EQ(notifications.asked, "list 50;retry web1.failed-5;retry ;");
  EXPECT_THAT(orchestrator.audit(), HasSubstr("notifications_retry"));
}

TEST_F(ControlDeskTest, ANewCertificateIsAnotherOrderThanAgain) {
  const ServingOrchestrator orchestrator(lab_, "orchestrator1", "alice",
                                         {.provisioning = &provisioning_});
  ASSERT_TRUE(ask("provision_again", {{"nodes", {"n1"}}}));
  ASSERT_TRUE(ask("provision_again", {{"nodes", {"n1"}}, {"new_certificate", true}}));
  EXPECT_THAT(provisioning_.asked, ElementsAre("again n1", "new certificate n1"));
}

// `muster provision stats` over a long history takes its time, and any operator may ask it.
struct SlowHistory final : History {
  Result<Value> stats(std::int64_t) override {
    ++began;
    EXPECT_TRUE(fakes::wait_until([&] { return may_end.load(); }));
    return Value{{"ended_by", Value::object()}};
  }
  Result<Value> of_node(const std::string&, std::size_t) override { return Value::object(); }
  std::atomic<int> began{0};
  std::atomic<bool> may_end{false};
};

TEST_F(ControlDeskTest, ABanWaitsForNoQuestion) {
  SlowHistory history;
  const ServingOrchestrator orchestrator(lab_, "orchestrator1", "alice",
                                         {.bans = &trust_, .history = &history});
  std::thread asker([&] {
    EXPECT_EQ(ask("provision_stats", {{"since_s", 1}})->outcome, client::Outcome::ok);
  });
  EXPECT_TRUE(fakes::wait_until([&] { return history.began == 1; }));
  const auto banned = ask("node_ban", {{"node", "n4"}, {"reason", "odd"}});
  EXPECT_EQ(banned->outcome, client::Outcome::ok) << banned->message;
  EXPECT_FALSE(history.may_end);
  history.may_end = true;
  asker.join();
  EXPECT_THAT(orchestrator.audit(), HasSubstr("provision_stats"));
}

TEST_F(ControlDeskTest, ARevocationListIsReadBeforeItsDutyIsAsked) {
  struct FakeRevocations final : Revocations {
    Status revoke(const x509::RevocationList& list, const std::string& caller) override {
      asked = caller + " " + std::to_string(list.number());
      return {};
    }
    std::string asked;
  } revocations;
  const ServingOrchestrator orchestrator(lab_, "orchestrator1", "alice",
                                         {.revocations = &revocations});
  const auto list = test::revoke(lab_.pki().root(), 7, {lab_.pki().operator_().certificate});
  const auto done = ask("certificates_revoke", {{"list", list.pem()}});
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(done->outcome, client::Outcome::ok) << done->message;
  EXPECT_EQ(done->data.at("number"), 7);
  EXPECT_EQ(revocations.asked, "alice 7");
  const auto damaged = ask("certificates_revoke", {{"list", "-----BEGIN X509 CRL-----\nAAAA\n"}});
  EXPECT_EQ(damaged->outcome, client::Outcome::failed);
  EXPECT_THAT(damaged->message, HasSubstr("no revocation list"));
}

TEST_F(ControlDeskTest, AnOperatorWhoWasRevokedIsRefusedAndAudited) {
  const ServingOrchestrator orchestrator(lab_, "orchestrator1", "alice", {.bans = &trust_});
  ASSERT_TRUE(orchestrator.link->take(
      test::revoke(lab_.pki().root(), 1, {lab_.pki().operator_().certificate})));
  const auto answer =
      client::ask_orchestrators(lab_.link(), {.action = "node_ban",
                                              .arguments = {{"node", "n1"}},
                                              .timeout = std::chrono::milliseconds(500)});
  EXPECT_FALSE(answer);
  EXPECT_THAT(trust_.asked, testing::IsEmpty());
  EXPECT_THAT(orchestrator.audit(),
              testing::AllOf(HasSubstr("unverified"), HasSubstr("its certificate was revoked on")));
}

TEST_F(ControlDeskTest, WhatADutyRefusesIsTheAnswerAndADutyThatIsMissingIsSaid) {
  provisioning_.refused.emplace("n1", Error{Errc::aborted, "n1 is being provisioned just now"});
  const ServingOrchestrator orchestrator(lab_, "orchestrator1", "alice",
                                         {.provisioning = &provisioning_});
  const auto busy = ask("provision_again", {{"nodes", {"n1"}}});
  EXPECT_EQ(busy->outcome, client::Outcome::failed);
  EXPECT_EQ(busy->status, 1);
  EXPECT_EQ(busy->message, "n1 is being provisioned just now");
  EXPECT_THAT(ask("node_ban", {{"node", "n1"}})->message, HasSubstr("cannot ban nodes"));
}

TEST_F(ControlDeskTest, EachNodeOfAnOrderHasItsOutcomeOfWhoeverCouldDoIt) {
  FakeProvisioning lost;
  for (const auto* node : {"n1", "n2"})
    lost.refused.emplace(node, Error{Errc::aborted, "not here"});
  provisioning_.refused.emplace("n2", Error{Errc::aborted, "n2 is refused"});
  const ServingOrchestrator first(lab_, "orchestrator1", "alice", {.provisioning = &lost});
  const ServingOrchestrator second(lab_, "orchestrator2", "alice",
                                   {.provisioning = &provisioning_});
  const auto done =
      client::order_nodes(lab_.link(), {.request = {.action = "provision_retry",
                                                    .arguments = {{"nodes", {"n1", "n2"}}},
                                                    .timeout = fakes::kPatience},
                                        .nodes = {"n1", "n2"}});
  ASSERT_TRUE(done) << done.error().message;
  ASSERT_EQ(done->nodes.size(), 2U);
  EXPECT_EQ(done->nodes[0].outcome, client::Outcome::ok);
  EXPECT_EQ(done->nodes[0].orchestrator, "orchestrator2");
  EXPECT_EQ(done->nodes[0].message, "left of n1");
  EXPECT_EQ(done->nodes[1].outcome, client::Outcome::failed);
}

TEST_F(ControlDeskTest, OfTwoOrchestratorsTheOneThatDoesItIsHeard) {
  FakeProvisioning lost;
  lost.refused.emplace("n1", Error{Errc::aborted, "n1 is neither online nor does it wait to join"});
  const ServingOrchestrator first(lab_, "orchestrator1", "alice", {.provisioning = &lost});
  const ServingOrchestrator second(lab_, "orchestrator2", "alice",
                                   {.provisioning = &provisioning_});
  const auto answer = ask("provision_again", {{"nodes", {"n1"}}});
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->orchestrator, "orchestrator2");
  EXPECT_EQ(answer->outcome, client::Outcome::ok);
}

TEST_F(ControlDeskTest, OneOrchestratorCanBeNamed) {
  const ServingOrchestrator first(lab_, "orchestrator1", "alice", {.provisioning = &provisioning_});
  FakeProvisioning other;
  const ServingOrchestrator second(lab_, "orchestrator2", "alice", {.provisioning = &other});
  const auto answer = ask("provision_again", {{"nodes", {"n1"}}}, "orchestrator2");
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->orchestrator, "orchestrator2");
  EXPECT_THAT(other.asked, ElementsAre("again n1"));
  EXPECT_TRUE(provisioning_.asked.empty());
}

TEST_F(ControlDeskTest, AnAnswerOfAnOperatorIsNotBelieved) {
  client::Link pretender(lab_.broker().connect("eve"),
                         lab_.pki().root().issue_member("orchestrator1", "orchestrator").signer(),
                         "main", clock_);
  const auto listening = pretender.bus().subscribe(
      transport::topics::control_request("main", "+"), transport::Qos::at_least_once,
      [&](const transport::Message& message) {
        const auto sealed = envelope::decode(message.payload).value();
        const auto request = messages::Request::decode(sealed.body).value();
        auto forged = request::seal_reply(request, envelope::Kind::control_reply, "orchestrator1",
                                          {}, clock_.unix_ms(), pretender.signer());
        client::must(pretender.bus().publish(request.reply_to + "/orchestrator1",
                                             std::move(forged).value(), {}));
      });
  ASSERT_TRUE(listening);
  const auto answer =
      client::ask_orchestrators(lab_.link(), {.action = "provision_again",
                                              .arguments = {{"nodes", {"n1"}}},
                                              .timeout = std::chrono::milliseconds(300)});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Errc::refused);
  EXPECT_THAT(answer.error().message, HasSubstr("the operator root does not give"));
}

TEST_F(ControlDeskTest, WithoutAnOrchestratorTheErrorAsksForOne) {
  const auto answer =
      client::ask_orchestrators(lab_.link(), {.action = "provision_again",
                                              .arguments = {{"nodes", {"n1"}}},
                                              .timeout = std::chrono::milliseconds(50)});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Errc::timeout);
  EXPECT_THAT(answer.error().message, HasSubstr("Is muster-orchestrator running"));
}

}  // namespace
}  // namespace muster::control
