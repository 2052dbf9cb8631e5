// Two pairs of eyes: who would do with fewer, or with others.
#include "orchestrator/control/approval_box.hpp"
#include "orchestrator/control/control_gate.hpp"
#include "proto/messages/approval.hpp"
#include "proto/messages/request.hpp"
#include "tests/attack/approvals.hpp"
#include "tests/support/fakes/body_of.hpp"

namespace muster::attack {
namespace {

class Approval : public ApprovalGate {};

TEST_F(Approval, NobodyApprovesTheirOwnRequest) {
  row("operator", "approves its own request beside one other", "refused in words, audited");
  auto wire = request();
  approve(wire, {by("alice"), by("bob")});
  expect_refused(wire, "nobody approves their own request");
}

TEST_F(Approval, OneApproverIsNotTwo) {
  row("group of operators", "one approves twice, with two certificates of one name",
      "refused in words, audited");
  auto wire = request();
  approve(wire, {by("bob"), by("bob")});
  expect_refused(wire, "needs approval of 2 of admins, and has 1");
}

TEST_F(Approval, WhoIsNotInTheGroupDoesNotCount) {
  row("operator", "has an operator outside the group approve", "refused in words, audited");
  auto wire = request();
  approve(wire, {by("bob"), by("mallory")});
  expect_refused(wire, "cert=mallory is not in admins");
}

TEST_F(Approval, ItIsForItsArgumentsAlone) {
  row("operator", "sends other arguments than were approved, or another type",
      "refused in words, audited");
  auto wire = request({{"count", 8}});
  approve(wire, {by("bob"), by("carol")});
  wire.arguments = Value{{"count", 9}};
  expect_refused(wire, "is for other arguments");
}

TEST_F(Approval, ItIsForItsNodesAlone) {
  row("operator", "sends to other nodes than were approved", "refused in words, audited");
  auto wire = request();
  wire.targets.push_back("n2");
  approve(wire, {by("bob"), by("carol")});
  wire.targets.at(0) = "n1";
  expect_refused(wire, "is for other nodes");
}

TEST_F(Approval, ItIsNotSpreadOverSeveralRequests) {
  row("operator", "sends one approval to some of its nodes now and to others then",
      "refused in words, audited");
  auto wire = request();
  wire.targets.push_back("n1");
  wire.targets.push_back("n2");
  approve(wire, {by("bob"), by("carol")});
  wire.targets.pop_back();
  expect_refused(wire, "is for other nodes");
}

TEST_F(Approval, ItIsForItsFilterAlone) {
  row("operator", "sends with a wider filter than was approved", "refused in words, audited");
  auto wire = request();
  wire.filter.facts.push_back("country=us");
  approve(wire, {by("bob"), by("carol")});
  wire.filter.facts.at(0) = "country=de";
  expect_refused(wire, "is for another filter");
}

TEST_F(Approval, ItIsForItsActionAlone) {
  row("operator", "uses the approval of another action", "refused in words, audited");
  auto wire = request();
  wire.action = "other";
  approve(wire, {by("bob"), by("carol")});
  wire.action = "act";
  expect_refused(wire, "is for echo#other");
}

TEST_F(Approval, ItIsForItsCallerAlone) {
  row("operator", "uses what another operator was approved", "refused in words, audited");
  auto wire = request();
  wire.caller = "erin";
  approve(wire, {by("bob"), by("carol")});
  wire.caller = "alice";
  expect_refused(wire, "is for a request of erin");
}

TEST_F(Approval, ItIsForItsCollectiveAlone) {
  row("operator", "uses the approval for another collective", "refused in words, audited");
  auto wire = request();
  wire.collective = "lab";
  approve(wire, {by("bob"), by("carol")});
  wire.collective = "main";
  expect_refused(wire, "is for the collective lab");
}

TEST_F(Approval, ItEndsAtItsTime) {
  row("operator", "keeps an approval until after its end", "refused in words, audited");
  auto wire = request();
  approve(wire, {by("bob"), by("carol")});
  around_.clock.advance(std::chrono::minutes(61));
  wire.sent_at_ms = around_.clock.unix_ms();
  expect_refused(wire, "ended 1 min ago");
}

TEST_F(Approval, ItLastsNoLongerThanADay) {
  row("group of operators", "approves for a year", "refused in words, audited");
  auto wire = request();
  const auto day = statement(wire);
  const auto end = std::to_string(day.until_ms);
  auto text = approval::text(day);
  text.replace(text.find(end), end.size(), std::to_string(day.asked_at_ms + 31'536'000'000));
  approval::attach(wire, day, text, {by("bob"), by("carol")});
  expect_refused(wire, "at most 24 h");
}

TEST_F(Approval, ItIsUsedOnce) {
  row("operator", "sends what was approved twice", "refused in words, audited");
  auto wire = request();
  approve(wire, {by("bob"), by("carol")});
  ASSERT_TRUE(carried_out(wire)) << last_;
  EXPECT_TRUE(audited("\"approved_by\":[\"cert=bob\",\"cert=carol\"]"));
  EXPECT_FALSE(carried_out_again(wire));
  EXPECT_NE(last_.find("was used here before"), std::string::npos) << last_;
}

TEST_F(Approval, ItIsUsedOnceAlsoAfterARestart) {
  row("operator", "sends what was approved again after the node's restart",
      "refused in words, audited");
  auto wire = request();
  approve(wire, {by("bob"), by("carol")});
  ASSERT_TRUE(carried_out(wire)) << last_;
  restart();
  EXPECT_FALSE(carried_out_again(wire));
  EXPECT_NE(last_.find("was used here before"), std::string::npos) << last_;
}

TEST_F(Approval, NoOrchestratorMakesOne) {
  row("stolen orchestrator", "approves in the approvers' names with certificates of its root",
      "refused in words, audited");
  auto wire = request();
  const auto& root = around_.pki.orchestrator_root();
  approve(wire,
          {root.issue_member("bob", "orchestrator"), root.issue_member("carol", "orchestrator")});
  expect_refused(wire, "operators alone approve");
}

TEST_F(Approval, NobodyApprovesInAnothersName) {
  row("operator", "signs approvals that name the approvers", "refused in words, audited");
  auto wire = request();
  const auto one = statement(wire);
  approve(wire, {});
  approval::attach(wire, one, std::vector<test::Holder>{});
  for (const auto* name : {"bob", "carol"}) {
    messages::Approval forged;
    forged.id = one.id;
    forged.approver = name;
    forged.digest = approval::digest_of(approval::text(one));
    wire.approved->approvals.push_back(
        by("alice").signer().seal(envelope::Kind::approval, test::body_of(forged)).value());
  }
  expect_refused(wire, "is signed by 'alice'");
}

TEST_F(Approval, NoNodeMakesOne) {
  row("stolen node", "approves with nodes' certificates that bear the approvers' names",
      "refused in words, audited");
  auto wire = request();
  approve(wire, {around_.pki.node("bob"), around_.pki.node("carol")});
  expect_refused(wire, "needs approval of 2 of admins, and has 0");
}

TEST_F(Approval, AnotherSignedMessageIsNone) {
  row("operator", "attaches requests of the approvers in place of approvals",
      "refused in words, audited");
  auto wire = request();
  const auto one = statement(wire);
  approval::attach(wire, one, std::vector<test::Holder>{});
  for (const auto* name : {"bob", "carol"}) {
    messages::Approval body;
    body.id = one.id;
    body.approver = name;
    body.digest = approval::digest_of(approval::text(one));
    wire.approved->approvals.push_back(
        by(name).signer().seal(envelope::Kind::request, test::body_of(body)).value());
  }
  expect_refused(wire, "where 'approval' is expected");
}

TEST_F(Approval, AnApprovalOfSomethingElseIsNoneOfThis) {
  row("stolen orchestrator", "hands out the approvers' signatures under another statement",
      "refused in words, audited");
  auto wire = request();
  auto harmless = statement(wire);
  const auto id = harmless.id;
  harmless.arguments = Value{{"count", 1}};
  auto real = statement(wire);
  real.id = id;
  approval::attach(wire, real, std::vector<test::Holder>{});
  for (const auto* name : {"bob", "carol"})
    wire.approved->approvals.push_back(
        approval::sign(harmless, approval::text(harmless), by(name).signer()).value());
  expect_refused(wire, "approved another request than this");
}

// An orchestrator that keeps what waits.
class Waiting : public testing::Test {
 protected:
  Waiting() {
    pki_.trust(commanding_);
    folder_.write("policies/groups", "admins cert=bob cert=carol\n");
    policies_.reload();
    messages::Request wire;
    wire.caller = "alice";
    wire.collective = "main";
    wire.agent = "shell";
    wire.action = "run";
    asked_ = approval::statement_for(wire, {{"command", "reboot"}}, clock_.unix_ms());
    EXPECT_TRUE(box_.ask({"cert=alice", security::Role::operator_},
                         {approval::text(asked_), "admins", 2, "kernel"}));
  }

  test::TestPki pki_;
  base::SystemClock real_clock_;
  security::TrustStore commanding_{real_clock_};
  fakes::FakeClock clock_;
  fakes::TempFolder folder_;
  policy::PolicyStore policies_{folder_ / "policies", {}, true};
  control::ApprovalBox box_{folder_ / "approvals.json", clock_, commanding_, policies_};
  approval::Statement asked_;
};

TEST_F(Waiting, WhoIsNotInTheGroupSeesNothing) {
  row("operator", "asks an orchestrator what waits for a group that it is not in",
      "nothing is listed, and its id is not known");
  const policy::Caller mallory{"cert=mallory", security::Role::operator_};
  EXPECT_TRUE(box_.list(mallory)["waiting"].empty());
  EXPECT_FALSE(box_.show(mallory, asked_.id));
  EXPECT_FALSE(box_.list({"cert=bob", security::Role::operator_})["waiting"].empty());
}

TEST_F(Waiting, NobodyAsksInAnothersName) {
  row("operator", "asks for approval of a request that another operator is to be blamed for",
      "answered refused, audited");
  auto other = asked_;
  other.id = approval::new_id();
  EXPECT_FALSE(box_.ask({"cert=mallory", security::Role::operator_},
                        {approval::text(other), "admins", 2, ""}));
}

// An orchestrator whose own policy asks for approval.
class ControlApproval : public testing::Test {
 protected:
  ControlApproval() {
    pki_.trust(commanding_);
    folder_.write("policies/groups", "admins cert=bob cert=carol\n");
    folder_.write("policies/orchestrator.policy",
                  "allow\toperators\tprovision_again\t*\tapprove: 2 of admins\n");
    policies_.reload();
  }
  messages::Request request() {
    messages::Request wire;
    wire.id = "id-" + std::to_string(++last_id_);
    wire.collective = "main";
    wire.agent = "orchestrator";
    wire.action = "provision_again";
    wire.caller = "alice";
    wire.sent_at_ms = clock_.unix_ms();
    wire.ttl_s = 60;
    wire.arguments = Value{{"nodes", {"n1"}}};
    return wire;
  }
  bool carried_out(const messages::Request& wire) {
    const auto judged = gate_.admit(pki_.operator_()
                                        .signer()
                                        .seal(envelope::Kind::control_request, test::body_of(wire))
                                        .value(),
                                    false, "alice");
    return judged && !judged->refusal;
  }

  test::TestPki pki_;
  base::SystemClock real_clock_;
  security::TrustStore commanding_{real_clock_};
  fakes::FakeClock clock_;
  fakes::TempFolder folder_;
  policy::PolicyStore policies_{folder_ / "policies", {}, true};
  security::ReplayWindow replay_{clock_, clock_.unix_ms()};
  audit::Options audit_options_{.file = folder_ / "audit.log", .journal = false};
  audit::AuditLog audit_{audit_options_, "orchestrator1", clock_};
  approval::Checker approvals_{commanding_, clock_, folder_ / "approvals.used"};
  control::ControlGate gate_ =
      control::ControlGate::create(
          {"orchestrator1", "main", commanding_, policies_, replay_, audit_, &approvals_})
          .value();
  int last_id_ = 0;
};

TEST_F(ControlApproval, AnOrchestratorUsesOneOnceToo) {
  row("operator", "sends orchestrators what was approved twice", "answered refused, audited");
  auto wire = request();
  EXPECT_FALSE(carried_out(wire)) << "without approval";
  wire.id = "id-approved";
  approval::attach(
      wire, approval::statement_for(wire, {{"nodes", {"n1"}}}, clock_.unix_ms()),
      {pki_.root().issue_member("bob", "operator"), pki_.root().issue_member("carol", "operator")});
  ASSERT_TRUE(carried_out(wire));
  wire.id = "id-again";
  EXPECT_FALSE(carried_out(wire));
}

}  // namespace
}  // namespace muster::attack
