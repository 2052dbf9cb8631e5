#include "node-agent/presence/presence.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "proto/envelope/envelope.hpp"
#include "proto/messages/presence.hpp"

namespace muster::agent {
namespace {

messages::Presence travelled(const PresenceContent& content) {
  return messages::Presence::decode(presence_body(content).value()).value();
}

TEST(PresenceTest, ItTellsWhatTheNodeIs) {
  PresenceContent content;
  content.identity = "n1";
  content.version = "1.2.3";
  content.collectives = {"main", "de"};
  content.agents = {"puppet", "rpcutil"};
  content.classes = {"role::web"};
  content.facts = {{"country", "de"}};
  content.started_at_ms = 42;
  content.session = "s1";
  content.address = "192.0.2.7";
  const auto wire = travelled(content);
  EXPECT_EQ(wire.identity, "n1");
  EXPECT_EQ(wire.version, "1.2.3");
  ASSERT_EQ(wire.collectives.size(), 2U);
  EXPECT_EQ(wire.collectives.at(1), "de");
  ASSERT_EQ(wire.agents.size(), 2U);
  EXPECT_EQ(wire.agents.at(0), "puppet");
  ASSERT_EQ(wire.classes.size(), 1U);
  EXPECT_EQ(wire.classes.at(0), "role::web");
  EXPECT_EQ(wire.facts, content.facts);
  EXPECT_EQ(wire.started_at_ms, 42);
  EXPECT_EQ(wire.session, "s1");
  EXPECT_EQ(wire.address, "192.0.2.7");
}

TEST(PresenceTest, OfManyClassesAndAgentsSomeTravelAndTheOthersAreCounted) {
  PresenceContent content;
  for (int i = 0; i < 1'000; ++i) content.classes.push_back("c" + std::to_string(i));
  for (int i = 0; i < 600; ++i) content.agents.push_back("a" + std::to_string(i));
  const auto wire = travelled(content);
  EXPECT_EQ(wire.classes.size(), 200U);
  EXPECT_EQ(wire.left_out_classes, 800U);
  EXPECT_EQ(wire.agents.size(), 500U);
  EXPECT_EQ(wire.left_out_agents, 100U);
}

TEST(PresenceTest, WhatTravelsWholeIsCountedAsSuch) {
  PresenceContent content;
  content.classes = {"role::web"};
  content.agents = {"rpcutil"};
  const auto wire = travelled(content);
  EXPECT_EQ(wire.left_out_classes + wire.left_out_agents + wire.left_out_facts, 0U);
}

TEST(PresenceTest, AClassThatIsCutOrInWrongBytesCountsAsLeftOut) {
  PresenceContent content;
  content.classes = {"gr\xfc\xdf", std::string(kClassMaxBytes + 1, 'x'),
                     std::string(kClassMaxBytes, 'y')};
  EXPECT_EQ(travelled(content).left_out_classes, 2U);
}

TEST(PresenceTest, TheSameContentIsTheSameBytes) {
  const auto body = [](bool backwards) {
    PresenceContent content;
    content.facts = Value::object();
    for (int i = 0; i < 100; ++i)
      content.facts["fact" + std::to_string(backwards ? 99 - i : i)] = backwards ? 99 - i : i;
    return presence_body(content).value();
  };
  for (int i = 0; i < 10; ++i) EXPECT_EQ(body(i % 2 == 0), body(false)) << i;
}

TEST(PresenceTest, AClassInWrongBytesHidesNobody) {
  PresenceContent content;
  content.identity = "n1";
  content.classes = {"gr\xfc\xdf"};
  EXPECT_EQ(travelled(content).identity, "n1");
}

TEST(ChosenFactsTest, TopLevelScalarsAndAFewNestedOnesAreChosen) {
  const Value facts = {{"country", "de"},
                       {"rack", 7},
                       {"physical", true},
                       {"os", {{"family", "Debian"}, {"release", {{"major", "12"}}}}},
                       {"networking", {{"ip", "192.0.2.7"}, {"mtu", 1500}}},
                       {"list", {1, 2}}};
  EXPECT_EQ(chosen_facts(facts), (Value{{"country", "de"},
                                        {"rack", 7},
                                        {"physical", true},
                                        {"os.family", "Debian"},
                                        {"os.release.major", "12"},
                                        {"networking.ip", "192.0.2.7"}}));
}

TEST(ChosenFactsTest, WhatChangesByItselfIsLeftOut) {
  EXPECT_EQ(chosen_facts({{"uptime_seconds", 12}, {"memoryfree_mb", 3.5}, {"load_averages", 1}}),
            Value::object());
}

TEST(ChosenFactsTest, LongTextIsLeftOut) {
  const Value facts = {{"fits", std::string(kChosenFactMaxBytes, 'x')},
                       {"long", std::string(kChosenFactMaxBytes + 1, 'x')}};
  const auto chosen = chosen_facts(facts);
  EXPECT_TRUE(chosen.contains("fits"));
  EXPECT_FALSE(chosen.contains("long"));
}

TEST(ChosenFactsTest, TheirNumberIsLimitedAndTheNestedOnesComeFirst) {
  Value facts = {{"os", {{"family", "Debian"}}}};
  for (int i = 0; i < 500; ++i) facts["a" + std::to_string(i)] = i;
  const auto chosen = chosen_facts(facts);
  EXPECT_EQ(chosen.size(), kChosenFactsMax);
  EXPECT_TRUE(chosen.contains("os.family"));
}

TEST(ChosenFactsTest, AFactThatCannotTravelDoesNotHideTheNode) {
  const Value facts = {{"country", "de"},
                       {"motto", "gr\xfc\xdf"},
                       {"k\xff", 1},
                       {"ratio", std::numeric_limits<double>::quiet_NaN()}};
  PresenceContent content;
  content.facts = chosen_facts(facts);
  EXPECT_EQ(content.facts, (Value{{"country", "de"}}));
  EXPECT_TRUE(presence_body(content));
}

TEST(ChosenFactsTest, WhatIsNotWholeAmongThemIsCounted) {
  const Value facts = {{"country", "de"}, {"os", {{"family", "Debian"}}}, {"uptime_seconds", 3}};
  EXPECT_EQ(left_out_facts(facts, chosen_facts(facts)), 2U);
  EXPECT_EQ(left_out_facts({{"country", "de"}}, {{"country", "de"}}), 0U);
}

TEST(ChosenFactsTest, NoFactsAreNoFacts) {
  EXPECT_EQ(chosen_facts(Value::object()), Value::object());
}

}  // namespace
}  // namespace muster::agent
