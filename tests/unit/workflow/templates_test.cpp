#include "orchestrator/workflow/templates.hpp"

#include <gmock/gmock.h>

namespace muster::workflow {
namespace {

Values some_values() {
  Values values;
  values.set("node.identity", "web1");
  values.set("steps.claim.fence", 7);
  values.set("steps.look.list", Value::array({"a", "b"}));
  values.set_facts("node.facts", std::make_shared<const Value>(Value{{"country", "de"}}));
  return values;
}

Result<Value> expanded(const Value& value) {
  return expand(value, some_values());
}

TEST(TemplatesTest, ATextThatIsOneNameTakesTheValuesType) {
  EXPECT_EQ(*expanded("${steps.claim.fence}"), Value(7));
  EXPECT_EQ(*expanded("${steps.look.list}"), Value::array({"a", "b"}));
}

TEST(TemplatesTest, InsideATextValuesAreWritten) {
  EXPECT_EQ(*expanded("node ${node.identity} in ${node.facts.country}, ${steps.claim.fence}"),
            Value("node web1 in de, 7"));
}

TEST(TemplatesTest, MapsAndListsAreWalked) {
  const Value in = {{"a", {"${node.identity}", 1}}, {"b", {{"c", "${steps.claim.fence}"}}}};
  const Value out = {{"a", {"web1", 1}}, {"b", {{"c", 7}}}};
  EXPECT_EQ(*expanded(in), out);
}

TEST(TemplatesTest, WhatIsNotThereIsNamed) {
  const auto result = expanded("${node.facts.city}");
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Errc::missing_data);
  EXPECT_THAT(result.error().message, testing::HasSubstr("'node.facts.city'"));
}

TEST(TemplatesTest, BracesAndDollarsOfATextStay) {
  for (const auto* text : {"a { b", "a } b", "$HOME", "{1,2}", "{}", "$", ""})
    EXPECT_EQ(*expanded(text), Value(text)) << text;
  EXPECT_EQ(*expanded("$${node.identity}"), Value("${node.identity}"));
}

TEST(TemplatesTest, AllNamesAreFound) {
  const Value in = {{"a", {"x ${one} ${two.three}"}}, {"b", "$${four}"}, {"c", 5}};
  EXPECT_THAT(*names_in(in), testing::ElementsAre("one", "two.three"));
}

TEST(TemplatesTest, OneThatIsNotClosedOrEmptyIsRefused) {
  EXPECT_THAT(names_in("${node.identity").error().message, testing::HasSubstr("without its '}'"));
  EXPECT_THAT(names_in("${}").error().message, testing::HasSubstr("names nothing"));
}

TEST(TemplatesTest, TheOldFormIsRefusedWithTheNewOne) {
  EXPECT_EQ(names_in("at {master_address}").error().message,
            "{master_address} is written ${master.address} now");
  EXPECT_EQ(names_in("{fingerprint}").error().message,
            "{fingerprint} is written ${steps.STEP.fingerprint} now");
}

}  // namespace
}  // namespace muster::workflow
