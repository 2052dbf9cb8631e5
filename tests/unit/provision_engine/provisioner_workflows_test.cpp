// A workflow that changes while nodes are in it.
#include "orchestrator/provision/provisioner.hpp"

#include "orchestrator/workflow/parse.hpp"
#include "tests/unit/provision_engine/provisioner_lab.hpp"

namespace muster::provision {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

constexpr std::string_view kOld = R"(name: puppet
steps:
  - {name: claim, do: claim}
  - {name: first, call: provision#status}
  - {name: old-step, call: rpcutil#ping}
  - {name: finish, call: provision#finish}
)";

class ProvisionerWorkflowsTest : public ProvisionerTest {
 protected:
  ProvisionerWorkflowsTest() {
    world_.node_did(old_, "first", "");
    for (const auto* call : {"provision#status", "rpcutil#ping"})
      world_.on(call, [](const Value&) { return Value::object(); });
  }
  void old_is_heard() {
    workflows_.heard(old_.hash, old_);
    here_.workflow_heard();
  }

  const workflow::Workflow old_ = workflow::parse_workflow(kOld, "old.yaml").value();
  Workflows workflows_;
  Provisioner here_{{rules_, world_, collective_, world_.waits, &workflows_}, "orch1", 2};
};

TEST_F(ProvisionerWorkflowsTest, ANodeFinishesWithTheOneThatItBeganWith) {
  old_is_heard();
  here_.joined(joiner("web1"));
  advance(1min);
  EXPECT_EQ(state("web1"), "finished");
  EXPECT_EQ(collective_.records["web1"].workflow_hash, old_.hash);
  EXPECT_EQ(world_.count("web1 joining rpcutil#ping"), 1U);
  EXPECT_EQ(world_.count("web1 joining provision#status"), 0U) << "it was finished";
  EXPECT_EQ(world_.count("web1 joining provision#set_puppet_host"), 0U) << "of the present one";
  EXPECT_TRUE(here_.idle());
}

TEST_F(ProvisionerWorkflowsTest, ByItsRecordItIsClaimedOnce) {
  old_is_heard();
  client::Record before;
  before.identity = "web1";
  before.state = "waiting";
  before.run_id = "r";
  before.workflow = old_.name;
  before.workflow_hash = old_.hash;
  before.finished = {"first"};
  collective_.records["web1"] = before;
  here_.joined(joiner("web1"));
  advance(1min);
  EXPECT_EQ(state("web1"), "finished");
  EXPECT_EQ(world_.count("web1 joining provision#claim"), 1U);
}

TEST_F(ProvisionerWorkflowsTest, OneThatCannotBeHadIsWaitedForUntilItIsHeard) {
  here_.joined(joiner("web1"));
  advance(1min);
  EXPECT_EQ(state("web1"), "waiting");
  EXPECT_THAT(collective_.records["web1"].reason, HasSubstr("no orchestrator keeps it on the bus"));
  EXPECT_LE(collective_.records["web1"].attempts, 1U);
  old_is_heard();
  advance(10s);
  EXPECT_EQ(state("web1"), "finished");
}

TEST_F(ProvisionerWorkflowsTest, OneThatIsNotUnderstoodHereSaysWhy) {
  workflows_.heard(old_.hash, fail(Errc::config, "old.yaml:4: unknown agent 'parrot'"));
  here_.joined(joiner("web1"));
  advance(1min);
  EXPECT_THAT(collective_.records["web1"].reason, HasSubstr("unknown agent 'parrot'"));
}

TEST_F(ProvisionerWorkflowsTest, ProvisionAgainBeginsWithThePresentOne) {
  here_.joined(joiner("web1"));
  advance(1s);
  ASSERT_EQ(state("web1"), "waiting");
  ASSERT_TRUE(here_.go_on("web1", /*anew=*/true));
  advance(1min);
  EXPECT_EQ(state("web1"), "finished");
  EXPECT_EQ(collective_.records["web1"].workflow_hash, workflow_.hash);
}

// Else a token for one workflow would be good for all whose texts can be read.
TEST_F(ProvisionerWorkflowsTest, ANodeIsNotInAWorkflowThatNothingGaveIt) {
  auto db = workflow::parse_workflow("name: db" + std::string(kOld).substr(12), "db.yaml").value();
  ASSERT_EQ(db.name, "db");
  workflows_.heard(db.hash, db);
  world_.node_did(db, "first", "");
  here_.joined(joiner("web1"));
  advance(1min);
  EXPECT_EQ(world_.count("web1 joining rpcutil#ping"), 0U);
  EXPECT_THAT(collective_.records["web1"].reason, HasSubstr("are for the workflow 'db'"));
  EXPECT_NE(collective_.records["web1"].workflow, "db");
}

class WorkflowOfANodeTest : public ProvisionerTest {
 protected:
  static workflow::Rule rule(const std::string& when, const std::string& name) {
    const auto text = "name: " + name +
                      "\nsteps:\n  - {name: claim, do: claim}\n  - {name: finish, call: "
                      "provision#finish}\n";
    return {workflow::Condition::parse(when).value(),
            std::make_shared<const workflow::Workflow>(
                workflow::parse_workflow(text, "w.yaml").value())};
  }
  void has_rules(const std::string& first, const std::string& second) {
    by_.emplace(workflow::Rules::of({rule(first, "first"), rule(second, "second")}).value());
    here_ = std::make_unique<Provisioner>(
        Provisioner::Parts{*by_, world_, collective_, world_.waits}, "orch1", 2);
  }
  std::string workflow_of(const std::string& node) { return collective_.records[node].workflow; }

  std::optional<workflow::Rules> by_;
  std::unique_ptr<Provisioner> here_;
};

TEST_F(WorkflowOfANodeTest, ByItsFacts) {
  has_rules("country=us", "country=de");
  here_->joined(joiner("web1"));
  advance(1min);
  EXPECT_EQ(state("web1"), "finished");
  EXPECT_EQ(workflow_of("web1"), "second");
}

TEST_F(WorkflowOfANodeTest, ByItsTokenWhateverTheRulesSay) {
  has_rules("country=us", "country=de");
  auto with_token = joiner("web1");
  with_token.workflow = "first";
  here_->joined(with_token);
  advance(1min);
  EXPECT_EQ(workflow_of("web1"), "first");
}

TEST_F(WorkflowOfANodeTest, ByWhatItsTokenLetsItsCertificateSay) {
  has_rules("country=us", "token.extensions.pp_role=db");
  auto with_token = joiner("web1");
  with_token.grant.extensions = {{"pp_role", "db"}};
  here_->joined(with_token);
  advance(1min);
  EXPECT_EQ(workflow_of("web1"), "second");
}

TEST_F(WorkflowOfANodeTest, OneThatNoRuleIsForWaitsWithWordsUntilOneIs) {
  has_rules("country=us", "country=fr");
  here_->joined(joiner("web1"));
  advance(1min);
  EXPECT_EQ(state("web1"), "waiting");
  EXPECT_THAT(collective_.records["web1"].reason, HasSubstr("no rule of 'workflows'"));
  EXPECT_EQ(world_.count("web1 joining provision#claim"), 0U);
  auto moved = joiner("web1");
  moved.facts["country"] = "fr";
  here_->joined(moved);
  advance(10min);
  EXPECT_EQ(state("web1"), "finished");
}

TEST_F(WorkflowOfANodeTest, WhoIsInOneFinishesWithItThoughNoRuleIsForItAnyMore) {
  has_rules("country=us", "country=fr");
  client::Record before;
  before.identity = "web1";
  before.state = "waiting";
  before.run_id = "r";
  before.workflow = by_->last().name;
  before.workflow_hash = by_->last().hash;
  before.finished = {"first"};
  collective_.records["web1"] = before;
  here_->joined(joiner("web1"));
  advance(1min);
  EXPECT_EQ(state("web1"), "finished");
}

// Its word is asked again and again; a node that lies would have us busy with nothing else.
TEST_F(ProvisionerWorkflowsTest, ANodeThatNamesAnotherEachTimeIsAskedSlowly) {
  old_is_heard();
  int claims = 0;
  world_.on("provision#claim", [&](const Value&) -> Result<Value> {
    world_.node_did(old_, "first", "");
    if (++claims % 2 == 0) world_.claimed = Value{{"fence", 9}};
    return world_.claimed;
  });
  here_.joined(joiner("web1"));
  advance(10s);
  EXPECT_GT(claims, 2);
  EXPECT_LT(claims, 15);
}

}  // namespace
}  // namespace muster::provision
