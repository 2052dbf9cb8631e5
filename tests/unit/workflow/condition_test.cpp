#include "orchestrator/workflow/condition.hpp"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

namespace muster::workflow {
namespace {

using testing::HasSubstr;

bool holds(const std::string& text, bool is_joining = true) {
  Values values;
  values.set_facts("node.facts",
                   std::make_shared<const Value>(
                       Value{{"country", "de"}, {"os", {{"release", "12.4"}}}, {"cpus", 8}}));
  values.set_facts("master.facts", std::make_shared<const Value>(Value{{"country", "us"}}));
  values.set("steps.look.state", "signed");
  const auto condition = Condition::parse(text);
  EXPECT_TRUE(condition) << condition.error().message;
  return condition && condition->holds(values, is_joining);
}

std::string complaint(const std::string& text) {
  const auto condition = Condition::parse(text);
  EXPECT_TRUE(condition || condition.error().code == Errc::config);
  return condition ? "" : condition.error().message;
}

TEST(ConditionTest, NothingSaidIsAlways) {
  EXPECT_TRUE(Condition().holds(Values(), true));
  EXPECT_TRUE(Condition().names().empty());
  EXPECT_TRUE(holds("always"));
}

TEST(ConditionTest, TheWordsSayWhereTheNodeIs) {
  EXPECT_TRUE(holds("joining", true));
  EXPECT_FALSE(holds("joining", false));
  EXPECT_TRUE(holds("member", false));
  EXPECT_FALSE(holds("not member", false));
}

TEST(ConditionTest, ABareNameIsAFactOfTheNode) {
  EXPECT_TRUE(holds("country=de and cpus>=8 and joining"));
  EXPECT_TRUE(holds("node.facts.country=de"));
  EXPECT_TRUE(holds("version(os.release) >= 12.3"));
  EXPECT_FALSE(holds("country=us or city!=Berlin")) << "a fact that is absent holds for nothing";
}

TEST(ConditionTest, MasterAndRepliesAreReadByTheirNames) {
  EXPECT_TRUE(holds("master.facts.country=us and steps.look.state=~/^sig/"));
  EXPECT_FALSE(holds("steps.other.state=signed"));
  EXPECT_TRUE(holds("not steps.other.state=signed"));
}

TEST(ConditionTest, ItsNamesAreToldInFull) {
  EXPECT_THAT(
      Condition::parse("country=de and node.facts.country=de and master.address=x")->names(),
      testing::UnorderedElementsAre("node.facts.country", "master.address"));
}

TEST(ConditionTest, WhatIsWrongIsShownWhereItStands) {
  EXPECT_THAT(complaint("joning"), HasSubstr("did you mean 'joining'?"));
  EXPECT_THAT(complaint("country=de and"), HasSubstr("must stand here"));
  EXPECT_THAT(complaint("country=de &&"), HasSubstr("did you mean 'and'?"));
  EXPECT_THAT(complaint("fstat('/x').size > 3"), HasSubstr("data function"));
  EXPECT_THAT(complaint("version(package('x').version) > 3"), HasSubstr("data function"));
  EXPECT_NE(complaint(""), "");
  EXPECT_NE(complaint(std::string(10'000, 'x')), "");
}

}  // namespace
}  // namespace muster::workflow
