#include "orchestrator/provision/master_choice.hpp"

#include <gtest/gtest.h>

namespace muster::provision {
namespace {

const std::vector<std::string> kPriority{"ec2_placement_region", "country"};

MasterCandidate master(std::string identity, Value facts, std::size_t in_flight = 0,
                       double load = 0) {
  return MasterCandidate{std::move(identity), std::move(facts), true, "", in_flight, load};
}

std::string chosen(const Value& node, const std::vector<MasterCandidate>& candidates,
                   workflow::Otherwise otherwise = workflow::Otherwise::any,
                   const Exclusions& excluded = {}) {
  const auto choice = choose_master(node, candidates, kPriority, otherwise, excluded);
  return choice ? choice->identity : "";
}

TEST(MasterChoiceTest, TheSameCountryWins) {
  const std::vector<MasterCandidate> candidates{master("de", {{"country", "de"}}),
                                                master("us", {{"country", "us"}})};
  EXPECT_EQ(chosen({{"country", "us"}}, candidates), "us");
  EXPECT_EQ(chosen({{"country", "de"}}, candidates), "de");
}

TEST(MasterChoiceTest, TheFirstFactDecidesBeforeTheSecond) {
  const std::vector<MasterCandidate> candidates{
      master("near", {{"ec2_placement_region", "eu-1"}, {"country", "ie"}}),
      master("home", {{"ec2_placement_region", "us-1"}, {"country", "de"}})};
  EXPECT_EQ(chosen({{"ec2_placement_region", "eu-1"}, {"country", "de"}}, candidates), "near");
}

TEST(MasterChoiceTest, TheSecondFactDecidesAmongEqualsOfTheFirst) {
  const std::vector<MasterCandidate> candidates{
      master("a", {{"ec2_placement_region", "eu-1"}, {"country", "ie"}}),
      master("b", {{"ec2_placement_region", "eu-1"}, {"country", "de"}}, 5)};
  EXPECT_EQ(chosen({{"ec2_placement_region", "eu-1"}, {"country", "de"}}, candidates), "b");
}

TEST(MasterChoiceTest, AmongEqualsTheLeastLoaded) {
  const std::vector<MasterCandidate> candidates{master("a", {{"country", "de"}}, 3),
                                                master("b", {{"country", "de"}}, 1, 1.9),
                                                master("c", {{"country", "de"}}, 1, 0.1)};
  EXPECT_EQ(chosen({{"country", "de"}}, candidates), "c");
}

TEST(MasterChoiceTest, AFactTheNodeLacksDecidesNothing) {
  const std::vector<MasterCandidate> candidates{master("b", {{"country", "de"}}),
                                                master("a", {{"country", "us"}})};
  EXPECT_EQ(chosen(Value::object(), candidates), "a");
}

TEST(MasterChoiceTest, AnIllOrExcludedMasterIsNeverChosen) {
  auto ill = master("de", {{"country", "de"}});
  ill.healthy = false;
  ill.ill_because = "its Puppet Server is down";
  EXPECT_EQ(chosen({{"country", "de"}}, {ill, master("us", {{"country", "us"}})}), "us");
  EXPECT_EQ(chosen({{"country", "us"}},
                   {master("us", {{"country", "us"}}), master("de", {{"country", "de"}})},
                   workflow::Otherwise::any, {{"us", "sign-certificate: no answer"}}),
            "de");
}

TEST(MasterChoiceTest, OtherwiseFailMeansNoForeignMaster) {
  const std::vector<MasterCandidate> candidates{master("us", {{"country", "us"}})};
  EXPECT_EQ(chosen({{"country", "de"}}, candidates, workflow::Otherwise::any), "us");
  EXPECT_EQ(chosen({{"country", "de"}}, candidates, workflow::Otherwise::fail), "");
}

TEST(MasterChoiceTest, WithNoneLeftEveryCandidateIsNamedWithItsReason) {
  auto ill = master("de", Value::object());
  ill.healthy = false;
  ill.ill_because = "its Puppet Server is down";
  const auto choice =
      choose_master(Value::object(), {ill, master("us", Value::object())}, kPriority,
                    workflow::Otherwise::any, {{"us", "sign-certificate: no answer"}});
  ASSERT_FALSE(choice);
  EXPECT_EQ(choice.error().code, Errc::unavailable);
  EXPECT_NE(choice.error().message.find("de (its Puppet Server is down)"), std::string::npos);
  EXPECT_NE(choice.error().message.find("us (sign-certificate: no answer)"), std::string::npos);
}

TEST(MasterChoiceTest, WhenNoFactDecidesItIsToldWhichAreMissing) {
  const std::vector<MasterCandidate> candidates{master("a", {{"country", "de"}}),
                                                master("b", {{"country", "us"}})};
  const auto because = [&](const Value& node) {
    return choose_master(node, candidates, {"rack.row", "country"}, workflow::Otherwise::any, {})
        ->because;
  };
  EXPECT_EQ(because({{"rack.row", 1}, {"country", "fr"}}),
            "least loaded of 2; no master has rack.row");
  EXPECT_EQ(because({{"rack.row", 1}}),
            "least loaded of 2; no master has rack.row; the node has no country");
  EXPECT_EQ(because({{"country", "de"}}), "country=de");
}

TEST(MasterChoiceTest, ARetiredMasterIsNotChosenAndTheErrorSaysByWhom) {
  MasterCandidate retired{"m1", {{"country", "de"}}, true, "", 0, 0};
  retired.retired_by = "alice";
  const MasterCandidate other{"m2", {{"country", "us"}}, true, "", 9, 5};
  const Value node{{"country", "de"}};
  const auto chosen =
      choose_master(node, {retired, other}, {"country"}, workflow::Otherwise::any, {});
  ASSERT_TRUE(chosen);
  EXPECT_EQ(chosen->identity, "m2");
  const auto none = choose_master(node, {retired}, {"country"}, workflow::Otherwise::any, {});
  ASSERT_FALSE(none);
  EXPECT_NE(none.error().message.find("m1 (is retired by alice)"), std::string::npos)
      << none.error().message;
}

}  // namespace
}  // namespace muster::provision
