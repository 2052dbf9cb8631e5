// Steps that choose nodes of the collective, and calls on such.
#include <gmock/gmock.h>

#include "orchestrator/workflow/parse.hpp"
#include "tests/unit/provision_engine/node_run_lab.hpp"

namespace muster::provision {
namespace {

using testing::HasSubstr;

class ChooseOfARunTest : public NodeRunTest {
 protected:
  ChooseOfARunTest() {
    world_.members["db1"] = {{"role", "db"}, {"country", "us"}};
    world_.members["db2"] = {{"role", "db"}, {"country", "de"}};
    world_.members["www"] = {{"role", "www"}, {"country", "de"}};
  }
  void steps(const std::string& text) {
    auto workflow =
        workflow::parse_workflow("name: w\nsteps:\n  - {name: claim, do: claim}\n" + text +
                                     "  - {name: finish, call: provision#finish}\n",
                                 "w.yaml");
    ASSERT_TRUE(workflow) << workflow.error().message;
    workflow_ = *std::move(workflow);
  }
  void choose(const std::string& more) {
    steps("  - {name: pick, do: choose, from: role=db, facts: [country], tries: 1" + more +
          "}\n"
          "  - {name: clean, call: puppetca#clean, on: '${steps.pick.identities}', tries: 1, "
          "with: {certname: x}}\n");
  }
  void call(const std::string& on) {
    steps("  - {name: clean, call: puppetca#clean, tries: 1, with: {certname: x}, on: {filter: " +
          on + "}}\n");
  }
  void nobody_matches() {
    world_.members.erase("db1");
    world_.members.erase("db2");
  }
  std::size_t cleaned(const std::string& node) const {
    return world_.count(node + " puppetca#clean");
  }
};

TEST_F(ChooseOfARunTest, TheNearestIsChosenAndLaterStepsNameIt) {
  choose("");
  EXPECT_EQ(run().kind, Ending::Kind::finished);
  EXPECT_EQ(step("pick").message, "db2");
  EXPECT_EQ(cleaned("db2"), 1U);
  EXPECT_EQ(cleaned("db1") + cleaned("www"), 0U);
}

TEST_F(ChooseOfARunTest, OneOfThemHasANameAndAnAddress) {
  steps(
      "  - {name: pick, do: choose, from: role=www}\n"
      "  - {name: host, call: provision#set_puppet_host, with: {addresses: "
      "['${steps.pick.address}'], names: ['${steps.pick.identity}']}}\n");
  Value told;
  world_.on("provision#set_puppet_host", [&](const Value& in) {
    told = in;
    return Value::object();
  });
  EXPECT_EQ(run().kind, Ending::Kind::finished);
  EXPECT_EQ(told.at("addresses"), (Value{"at www"}));
  EXPECT_EQ(told.at("names"), (Value{"www"}));
}

TEST_F(ChooseOfARunTest, SeveralAreAskedAndEachThatFailsIsNamed) {
  choose(", most: 5");
  world_.fails("puppetca#clean", Errc::aborted, "no room");
  EXPECT_EQ(run().reason, "clean: 2 of 2 failed: db2: no room; db1: no room");
}

TEST_F(ChooseOfARunTest, NobodyIsAFailureUnlessTheStepSaysOtherwise) {
  nobody_matches();
  choose("");
  EXPECT_EQ(run().reason, "pick: no other node is online that matches 'role=db'");
  choose(", if_none: skip");
  EXPECT_EQ(run().kind, Ending::Kind::finished);
  EXPECT_EQ(step("pick").message, "no other node is online that matches 'role=db'");
  EXPECT_EQ(step("clean").message, "nobody is named");
}

TEST_F(ChooseOfARunTest, ARunThatWaitsForOneCostsNoAttempt) {
  nobody_matches();
  choose(", if_none: wait");
  EXPECT_TRUE(run().held_up);
}

TEST_F(ChooseOfARunTest, ACallFindsItsNodesByAFilter) {
  call("'role=db or role=www', most: 2");
  EXPECT_EQ(run().kind, Ending::Kind::finished);
  EXPECT_EQ(cleaned("db1") + cleaned("db2") + cleaned("www"), 2U);
}

TEST_F(ChooseOfARunTest, OnlyNodesThatRunTheAgentAreCalled) {
  steps("  - {name: ping, call: rpcutil#ping, tries: 1, on: {filter: role=db}}\n");
  EXPECT_EQ(run().reason, "ping: no other node is online that matches 'role=db' and runs rpcutil");
}

TEST_F(ChooseOfARunTest, ACallOnNobodyIsAFailureUnlessTheStepSaysOtherwise) {
  call("role=nobody");
  EXPECT_THAT(run().reason, HasSubstr("no other node is online that matches 'role=nobody'"));
  call("role=nobody, if_none: skip");
  EXPECT_EQ(run().kind, Ending::Kind::finished);
  EXPECT_THAT(step("clean").message, HasSubstr("no other node is online"));
}

TEST_F(ChooseOfARunTest, WhoGoesOnChoosesAgainWhatALaterStepNames) {
  choose("");
  node_did("pick", "");
  EXPECT_EQ(run().kind, Ending::Kind::finished);
  EXPECT_EQ(cleaned("db2"), 1U);
}

}  // namespace
}  // namespace muster::provision
