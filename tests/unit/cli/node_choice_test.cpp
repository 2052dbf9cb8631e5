#include "orchestrator/cli/node_choice.hpp"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "orchestrator/cli/call_options.hpp"
#include "tests/support/fakes/wait_until.hpp"
#include "tests/unit/client/client_lab.hpp"

namespace muster::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class NodeChoiceTest : public testing::Test {
 protected:
  void record(const std::string& node, const std::string& state, const std::string& master) {
    client::Record record;
    record.identity = node;
    record.state = state;
    record.master = master;
    record.updated_at_ms = lab_.orchestrator().clock().unix_ms();
    client::must(client::publish_record(lab_.orchestrator(), record));
  }
  Result<std::vector<std::string>> choose(const NodeChoice& choice, const CallOptions& call = {},
                                          const std::vector<std::string>& states = {}) {
    MUSTER_TRY(check_choice(choice, call));
    return choose_nodes(lab_.link(), choice, call, states);
  }
  static CallOptions with_fact(const std::string& fact) {
    CallOptions call;
    call.words.facts = {fact};
    return call;
  }

  client::ClientLab lab_;
};

TEST_F(NodeChoiceTest, NamesAreMeantAsTheyAreAndOnce) {
  EXPECT_THAT(choose({.names = {"n2", "n1", "n2"}}).value(), ElementsAre("n1", "n2"));
  EXPECT_FALSE(choose({.names = {"No Name"}}));
}

TEST_F(NodeChoiceTest, NothingSaidIsNobodyAndBothAreTooMuch) {
  EXPECT_THAT(choose({}).error().message, HasSubstr("say which nodes"));
  EXPECT_THAT(choose({.names = {"n1"}, .all_failed = true}).error().message, HasSubstr("not both"));
}

TEST_F(NodeChoiceTest, WhatRecordsSayChooses) {
  record("n1", "failed", "m-de");
  record("n2", "failed", "m-us");
  record("n3", "finished", "m-de");
  EXPECT_THAT(choose({.all_failed = true}).value(), ElementsAre("n1", "n2"));
  EXPECT_THAT(choose({.all_failed = true}, with_fact("record.master=m-us")).value(),
              ElementsAre("n2"));
  EXPECT_THAT(choose({}, with_fact("record.master=m-de")).value(), ElementsAre("n1", "n3"));
  EXPECT_THAT(choose({}, with_fact("record.master=m-de"), {"failed", "waiting"}).value(),
              ElementsAre("n1"))
      << "an order is for nodes in some states";
  EXPECT_EQ(choose({}, with_fact("record.master=m-fr")).error().code, Errc::not_found);
}

TEST_F(NodeChoiceTest, TheFactsOfPresenceCountWithTheRecords) {
  client::Member member;
  member.facts = {{"country", "de"}};
  client::Record record;
  record.state = "failed";
  record.attempts = 3;
  const auto facts = facts_of(record, &member);
  EXPECT_EQ(facts.at("country"), "de");
  EXPECT_EQ(facts.at("record").at("attempts"), 3);
  EXPECT_EQ(facts_of(record, nullptr).at("record").at("state"), "failed");
}

TEST_F(NodeChoiceTest, ManyAreAskedAboutAndWhereNobodyCanBeTheyAreRefused) {
  std::vector<std::string> nodes(kNodesUnasked, "n");
  EXPECT_TRUE(check_meant(nodes, "cancelled", true));
  nodes.emplace_back("n");
  const auto refused = check_meant(nodes, "cancelled", true);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("6 nodes would be cancelled"));
}

}  // namespace
}  // namespace muster::cli
