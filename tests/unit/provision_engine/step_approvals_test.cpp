#include "orchestrator/provision/step_approvals.hpp"

#include "orchestrator/workflow/parse.hpp"
#include "tests/unit/provision_engine/provisioner_lab.hpp"

namespace muster::provision {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

class StepApprovalsTest : public testing::Test {
 protected:
  StepApprovalsTest() {
    provisioner_.joined(
        {"web1", {"c-web1", "key"}, Value::object(), "fp", "10.0.0.1", {}, "token"});
    world_.loop.advance(2s);
  }
  static workflow::Workflow asking() {
    return workflow::parse_workflow(
               "name: w\nsteps:\n  - {name: claim, do: claim}\n"
               "  - {name: ok, do: wait, with: {approval: dba}, timeout_s: 7200}\n"
               "  - {name: finish, call: provision#finish}\n",
               "w.yaml")
        .value();
  }
  WaitingStep web1() { return {"web1", "ok", record().run_id}; }
  client::Record& record() { return collective_.records["web1"]; }
  template <class T>
  T take(loop::Task<T> task) {
    task.start([] {});
    EXPECT_TRUE(world_.loop.advance_until([&] { return task.ended(); }, 1min));
    return task.take();
  }
  Status approve(WaitingStep what) { return take(approvals_.approve(std::move(what), "carol")); }

  const workflow::Rules rules_{asking()};
  FakeWorld world_;
  FakeCollective collective_;
  Provisioner provisioner_{{rules_, world_, collective_, world_.waits}, "orch1", 2};
  StepApprovals approvals_{{provisioner_, world_, collective_}, "orch1"};
};

TEST_F(StepApprovalsTest, WhoseApprovalItIsTheRecordSays) {
  EXPECT_EQ(record().state, "waiting");
  EXPECT_EQ(take(approvals_.group_of(web1())).value(), "dba");
}

TEST_F(StepApprovalsTest, ARunGoesOnAtOnceWhenItIsGiven) {
  ASSERT_TRUE(approve(web1()));
  world_.loop.advance(2s);
  EXPECT_EQ(record().state, "finished");
  EXPECT_EQ(world_.notified.size(), 1U) << "people were asked once";
}

// It waited for the back-off, of five minutes by then.
TEST_F(StepApprovalsTest, OneThatIsGivenWhileTheRunGivesItsLeaseBackIsNotWaitedFor) {
  world_.slow["provision#release"] = 3s;
  provisioner_.joined({"web2", {"c-web2", "key"}, Value::object(), "fp2", "10.0.0.2", {}, "token"});
  ASSERT_TRUE(world_.loop.advance_until(
      [&] { return world_.count("web2 joining provision#release") > 0; }, 1min));
  const auto& web2 = collective_.records["web2"];
  ASSERT_TRUE(approve({"web2", "ok", web2.run_id}));
  world_.loop.advance(6s);
  EXPECT_EQ(web2.state, "finished");
}

// It was told as late the moment that it could go on.
TEST_F(StepApprovalsTest, TheTimeThatPeopleTookIsNotItsOwn) {
  world_.loop.advance(1h);
  record().told_late = true;
  auto given = approvals_.approve(web1(), "carol");
  given.start([] {});
  ASSERT_TRUE(given.ended());
  EXPECT_EQ(record().waits[0].by, "carol");
  EXPECT_EQ(record().no_step_since_ms, world_.unix_ms());
  EXPECT_FALSE(record().told_late);
}

TEST_F(StepApprovalsTest, GivenTwiceItIsGivenOnce) {
  auto one = approvals_.approve(web1(), "carol");
  ASSERT_TRUE(take(std::move(one)));
  record().waits[0].by = "dora";  // as another orchestrator told
  EXPECT_TRUE(approve(web1()));
  EXPECT_EQ(record().waits[0].by, "dora");
}

TEST_F(StepApprovalsTest, WhatDoesNotWaitIsSaid) {
  auto other = web1();
  other.step = "fine";
  EXPECT_THAT(approve(other).error().message, HasSubstr("no approval in a step 'fine'"));
  other = web1();
  other.run_id = "another";
  EXPECT_THAT(approve(other).error().message, HasSubstr("it is in another one now"));
  world_.loop.advance(2h);
  EXPECT_THAT(approve(web1()).error().message, HasSubstr("waits for no approval"));
  EXPECT_THAT(approve({"web9", "ok", "r"}).error().message, HasSubstr("no record"));
}

// The record keeps its waits: approved in it, the step would let a later retry through unasked.
TEST_F(StepApprovalsTest, WhatHasEndedIsNotApproved) {
  for (const auto* state : {client::kCancelled, "failed", "finished", client::kGone}) {
    record().state = state;
    const auto refused = approve(web1());
    ASSERT_FALSE(refused) << state;
    EXPECT_THAT(refused.error().message, HasSubstr(std::string("web1 is ") + state));
    EXPECT_THAT(refused.error().message, HasSubstr("'muster provision retry web1'"));
    EXPECT_FALSE(take(approvals_.group_of(web1())));
    EXPECT_EQ(record().waits.at(0).by, "");
  }
  for (const auto* state : {"waiting", "running", client::kLeaving}) {
    record().state = state;
    EXPECT_TRUE(take(approvals_.group_of(web1()))) << state;
  }
}

TEST_F(StepApprovalsTest, NobodysApprovalInTimeIsVisible) {
  world_.loop.advance(3h);
  EXPECT_EQ(record().state, "failed");
  EXPECT_THAT(record().reason, HasSubstr("nobody of dba has approved it within 2 h"));
}

}  // namespace
}  // namespace muster::provision
