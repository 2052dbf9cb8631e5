// The engine on a bus in memory: nodes and operators are on threads of their own, as on a real one.
#include "orchestrator/provision/live/engine.hpp"

#include "orchestrator/client/kept_workflows.hpp"
#include "orchestrator/client/lifecycle.hpp"
#include "orchestrator/workflow/parse.hpp"
#include "proto/progress/progress.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/fakes/temp_folder.hpp"
#include "tests/support/fakes/wait_until.hpp"
#include "tests/unit/client/client_lab.hpp"

namespace muster::provision {
namespace {

using client::must;

class EngineTest : public testing::Test {
 protected:
  EngineTest() {
    lab_.trust_nodes();
    must(lab_.orchestrator().nodes().add(lab_.pki().puppet_ca().certificate()));
    records_ = client::Records::watch(lab_.link()).value();
  }
  void open(const std::string& steps) {
    EngineOptions options;
    options.state_folder = folder_.path();
    options.decommission = decommission_;
    options.notify = [this](const client::Record&) { return ++told_, Status{}; };
    auto workflow = workflow::parse_workflow("name: short\nsteps:\n" + steps, "short.yaml");
    ASSERT_TRUE(workflow) << workflow.error().message;
    auto engine = Engine::start(lab_.orchestrator(), workflow::Rules(*std::move(workflow)),
                                std::move(options));
    ASSERT_TRUE(engine) << engine.error().message;
    engine_ = *std::move(engine);
  }
  // A member that waits to be provisioned.
  std::unique_ptr<client::LabNode> member(const std::string& name) {
    auto node = std::make_unique<client::LabNode>(
        lab_, name, [this](client::LabNode& it, const messages::Request& request) {
          {
            const std::lock_guard lock(mutex_);
            ++asked_[request.action];
          }
          auto reply = it.reply_to(request);
          reply.data = {{"fence", ++fence_}, {"job", "j1"}, {"state", "running"}};
          if (request.action == "claim" && !in_.empty()) reply.data["progress"] = being_in_one();
          it.send(request, reply);
        });
    node->show(node->presence({{"provision", "waiting"}}));
    return node;
  }
  // Of a node that is in that workflow.
  Value being_in_one() const {
    return progress::Progress{"short", in_, {"first"}, "", "r", 2, 0}.to_value();
  }
  int asked(const std::string& action) {
    const std::lock_guard lock(mutex_);
    return asked_[action];
  }
  bool becomes(const std::string& name, const std::string& state) {
    return fakes::wait_until([&] {
      const auto record = records_->find(name);
      return record && record->state == state;
    });
  }

  client::ClientLab lab_;
  const fakes::TempFolder folder_;
  std::unique_ptr<client::Records> records_;
  std::mutex mutex_;
  std::map<std::string, int> asked_;
  std::atomic<std::int64_t> fence_{2};  // as a node grants them, each higher than the one before
  std::atomic<int> told_{0};
  std::string in_;  // hash of the workflow that nodes say they are in; set before they are there
  workflow::WorkflowPtr decommission_;
  std::unique_ptr<Engine> engine_;
};

constexpr const char* kShort =
    "  - {name: claim, do: claim}\n"
    "  - {name: notify, do: notify}\n"
    "  - {name: finish, call: provision#finish}\n";
constexpr const char* kWithRun =
    "  - {name: claim, do: claim}\n"
    "  - {name: first-run, do: puppet-run, with: {environment: production}}\n";

TEST_F(EngineTest, AMemberThatWaitsIsProvisionedAndPeopleAreTold) {
  const auto early = member("n1");
  open(kShort);
  EXPECT_TRUE(becomes("n1", "finished"));
  const auto late = member("n2");
  EXPECT_TRUE(becomes("n2", "finished"));
  EXPECT_EQ(told_, 2);
}

TEST_F(EngineTest, AStopEndsWhatRunsAndGivesTheLeaseBack) {
  const auto node = member("n1");
  open(kWithRun);
  ASSERT_TRUE(fakes::wait_until([&] { return asked("run") == 1; }));
  const auto before = std::chrono::steady_clock::now();
  engine_.reset();
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(3));
  EXPECT_EQ(asked("release"), 1);
  EXPECT_TRUE(becomes("n1", "waiting")) << "its last record was handed over";
}

TEST_F(EngineTest, AStepHearsTheEventThatItWaitsFor) {
  const auto node = member("n1");
  open(
      "  - {name: claim, do: claim}\n"
      "  - {name: drained, do: wait, with: {event: decommissioned, from: lb1}}\n"
      "  - {name: finish, call: provision#finish}\n");
  EXPECT_TRUE(fakes::wait_until([&] {
    client::LifecycleEvent event;
    event.type = "decommissioned";
    event.identity = "lb1";
    must(client::publish_event(lab_.orchestrator(), event));
    const auto record = records_->find("n1");
    return record && record->state == "finished";
  }));
}

TEST_F(EngineTest, AStepWaitsUntilItsApprovalIsGiven) {
  const auto node = member("n1");
  open(
      "  - {name: claim, do: claim}\n"
      "  - {name: ok, do: wait, with: {approval: dba}}\n"
      "  - {name: finish, call: provision#finish}\n");
  ASSERT_TRUE(becomes("n1", "waiting"));
  const WaitingStep ok{"n1", "ok", records_->find("n1")->run_id};
  EXPECT_EQ(engine_->group_of_step(ok).value(), "dba");
  must(engine_->approve_step(ok, "carol"));
  EXPECT_TRUE(becomes("n1", "finished"));
  EXPECT_EQ(records_->find("n1")->waits.at(0).by, "carol");
  EXPECT_EQ(told_, 1) << "asked once";
}

TEST_F(EngineTest, ANodeGoes) {
  decommission_ = std::make_shared<const workflow::Workflow>(
      workflow::parse_workflow("name: out\nsteps:\n  - {name: leave, do: leave}\n"
                               "  - {name: ban, do: ban}\n  - {name: notify, do: notify}\n",
                               "out.yaml")
          .value());
  const auto node = member("n1");
  open(kShort);
  ASSERT_TRUE(becomes("n1", "finished"));
  EXPECT_TRUE(engine_->decommission({"n1"}, "alice").at(0));
  EXPECT_TRUE(becomes("n1", client::kGone));
  EXPECT_TRUE(
      fakes::wait_until([&] { return lab_.orchestrator().bans().banned("n1").has_value(); }));
  EXPECT_EQ(told_, 2);
}

// As another orchestrator kept it, which was configured with it once.
TEST_F(EngineTest, ANodeFinishesWithTheWorkflowThatItBeganWith) {
  constexpr auto kBegunWith =
      "name: short\nsteps:\n"
      "  - {name: claim, do: claim}\n"
      "  - {name: first, call: provision#status}\n"
      "  - {name: only-old, call: rpcutil#ping}\n";
  const auto before = client::KeptWorkflows::watch(lab_.orchestrator(), {}).value();
  in_ = before->keep(kBegunWith).value();
  const auto node = member("n1");
  open(kShort);
  EXPECT_TRUE(becomes("n1", "finished"));
  EXPECT_EQ(records_->find("n1")->workflow_hash, in_);
  EXPECT_EQ(asked("ping"), 1);
  EXPECT_EQ(asked("finish"), 0);
}

// Else whoever stole the key of another orchestrator would say what runs here.
TEST_F(EngineTest, ATextFromTheBusRunsNoPrograms) {
  constexpr auto kBegunWith =
      "name: short\nsteps:\n"
      "  - {name: claim, do: claim}\n"
      "  - {name: first, call: provision#status}\n"
      "  - {name: more, do: program, with: {command: [/bin/true]}}\n";
  const auto before = client::KeptWorkflows::watch(lab_.orchestrator(), {}).value();
  in_ = before->keep(kBegunWith).value();
  const auto node = member("n1");
  open(kShort);
  EXPECT_TRUE(becomes("n1", "waiting"));
  EXPECT_THAT(records_->find("n1")->reason, testing::HasSubstr("runs programs"));
}

TEST_F(EngineTest, AFailureThatWasWrittenAndNotToldIsToldAtTheNextStartAndNotAtTheOneAfter) {
  client::Record record;
  record.identity = "n1";
  record.state = "failed";
  record.run_id = "r";
  record.orchestrator = lab_.orchestrator().caller();
  record.started_at_ms = record.updated_at_ms = lab_.orchestrator().clock().unix_ms();
  must(client::publish_record(lab_.orchestrator(), record));
  ASSERT_TRUE(becomes("n1", "failed"));
  open(kShort);
  EXPECT_TRUE(fakes::wait_until([&] { return records_->find("n1")->told; }));
  EXPECT_EQ(told_, 1);
  engine_.reset();
  open(kShort);
  const auto node = member("n2");
  ASSERT_TRUE(becomes("n2", "finished"));
  EXPECT_EQ(told_, 2) << "n2 alone";
}

TEST_F(EngineTest, ARecordThatSomebodyClearsIsPutBack) {
  const auto node = member("n1");
  open(kShort);
  ASSERT_TRUE(becomes("n1", "finished"));
  const auto topic = transport::topics::provision_record("main", "n1");
  const auto before = lab_.broker().retained(topic).value();
  must(lab_.link().bus().publish(topic, "", {.retain = true}));
  EXPECT_TRUE(fakes::wait_until([&] { return lab_.broker().retained(topic) == before; }));
}

TEST_F(EngineTest, OperatorsAreAnsweredFromTheirOwnThreads) {
  open(kShort);
  const auto order = [this](Order what) {
    return engine_->carry_out(what, {"n1"}, "alice").front();
  };
  EXPECT_EQ(order(Order::again).error().code, Errc::aborted);
  EXPECT_EQ(order(Order::forget).error().code, Errc::aborted);
  const auto node = member("n1");
  ASSERT_TRUE(becomes("n1", "finished"));
  EXPECT_TRUE(order(Order::again));
  EXPECT_EQ(asked("again"), 1);
  EXPECT_TRUE(order(Order::forget));
  EXPECT_TRUE(fakes::wait_until([&] { return !records_->find("n1"); }));
}

}  // namespace
}  // namespace muster::provision
