// Steps that a node gets or not, by their conditions.
#include <gmock/gmock.h>

#include "orchestrator/workflow/parse.hpp"
#include "tests/unit/provision_engine/node_run_lab.hpp"

namespace muster::provision {
namespace {

class ConditionOfARunTest : public NodeRunTest {
 protected:
  // Behind the choice of the master.
  void use_steps(const std::string& steps) {
    auto workflow = workflow::parse_workflow(
        "name: w\nsteps:\n  - {name: claim, do: claim}\n"
        "  - {name: pick, do: pick-master, facts: [country]}\n" +
            steps + "  - {name: finish, call: provision#finish}\n",
        "w.yaml");
    ASSERT_TRUE(workflow) << workflow.error().message;
    workflow_ = *std::move(workflow);
  }
  static std::string set_host(const std::string& when) {
    return "  - {name: host, call: provision#set_puppet_host, with: {addresses: "
           "['${master.facts.country}']}, when: '" +
           when + "'}\n";
  }
};

TEST_F(ConditionOfARunTest, FactsOfNodeAndMasterDecide) {
  use_steps(set_host("country=de and master.facts.country=de"));
  EXPECT_EQ(run().kind, Ending::Kind::finished);
  EXPECT_EQ(step("host").state, "done");
  world_.masters[0].healthy = false;
  EXPECT_EQ(run().kind, Ending::Kind::finished);
  EXPECT_EQ(step("host").state, "skipped") << "its master is in another country";
  EXPECT_EQ(step("host").message, "only when: country=de and master.facts.country=de");
  EXPECT_FALSE(record_.finished.contains("host"));
}

TEST_F(ConditionOfARunTest, ARepliesOutputDecides) {
  use_steps("  - {name: look, call: puppetca#status, on: master, with: {certname: a}}\n" +
            set_host("steps.look.state=signed"));
  world_.on("puppetca#status", [](const Value&) { return Value{{"state", "signed"}}; });
  EXPECT_EQ(run().kind, Ending::Kind::finished);
  EXPECT_EQ(step("host").state, "done");
  world_.on("puppetca#status", [](const Value&) { return Value{{"state", "absent"}}; });
  EXPECT_EQ(run().kind, Ending::Kind::finished);
  EXPECT_EQ(step("host").state, "skipped");
}

// The second master is not judged by what the first one said.
TEST_F(ConditionOfARunTest, AnotherMasterIsNotJudgedByWhatTheFirstOneSaid) {
  use_steps(
      "  - {name: look, call: puppetca#status, on: master, with: {certname: a}, when: "
      "master.facts.country=de}\n" +
      set_host("steps.look.state=signed") +
      "  - {name: sign, call: puppetca#sign, on: master, with: {certname: a, fingerprint: b}, "
      "on_failure: other-master}\n");
  world_.on("puppetca#status", [](const Value&) { return Value{{"state", "signed"}}; });
  world_.on("puppetca#sign", [this](const Value&) -> Result<Value> {
    if (world_.enlisted["m-us"] > 0) return Value::object();
    return fail(Errc::aborted, "refused");
  });
  EXPECT_EQ(run().kind, Ending::Kind::finished);
  EXPECT_EQ(record_.master, "m-us");
  EXPECT_EQ(step("look").state, "skipped");
  EXPECT_EQ(step("host").state, "skipped");
}

TEST_F(ConditionOfARunTest, WhatAConditionReadsIsAskedForAgainByWhoGoesOn) {
  use_steps("  - {name: look, call: puppetca#status, on: master, with: {certname: a}}\n" +
            set_host("steps.look.state=signed"));
  world_.on("puppetca#status", [](const Value&) { return Value{{"state", "signed"}}; });
  node_did("look", "m-us");
  EXPECT_EQ(run().kind, Ending::Kind::finished);
  EXPECT_EQ(world_.count("m-us puppetca#status"), 1U);
  EXPECT_EQ(step("host").state, "done");
}

TEST_F(ConditionOfARunTest, TemplatesReachTheNodeWithFactsOfTheMaster) {
  use_steps(set_host("always"));
  Value told;
  world_.on("provision#set_puppet_host", [&](const Value& in) {
    told = in;
    return Value::object();
  });
  EXPECT_EQ(run().kind, Ending::Kind::finished);
  EXPECT_EQ(told.at("addresses"), Value::array({"de"}));
}

}  // namespace
}  // namespace muster::provision
