#include "plugins/aggregates/aggregates.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "plugins/aggregates/function.hpp"
#include "plugins/aggregates/text.hpp"
#include "proto/ddl/site_rules.hpp"

namespace muster::aggregates {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

ddl::Action action() {
  ddl::Action action;
  ddl::Output output;
  output.name = "load";
  output.display_as = "Load";
  action.outputs = {output};
  return action;
}

// What `aggregate` makes of replies whose output "load" is each of `values`; "absent" stands for a
// reply without it.
Summary over(const ddl::Aggregate& aggregate, const std::vector<Value>& values) {
  std::vector<Value> replies;
  for (const auto& value : values)
    replies.push_back(value == Value("absent") ? Value::object() : Value{{"load", value}});
  std::vector<const Value*> pointers;
  for (const auto& reply : replies) pointers.push_back(&reply);
  return summarize(aggregate, action(), pointers);
}

Summary over(const char* function, const std::vector<Value>& values) {
  return over(ddl::Aggregate{function, "load", "", {}}, values);
}

TEST(SummaryTest, ValuesAreCountedMostFrequentFirstThenByValue) {
  const auto summary = over("summary", {"b", "a", "long", "b", "a", 10, 9});
  EXPECT_EQ(summary.title, "Summary of Load:");
  EXPECT_THAT(summary.lines,
              ElementsAre("   a = 2", "   b = 2", "   9 = 1", "  10 = 1", "long = 1"));
  EXPECT_EQ(summary.value, (Value{{"a", 2}, {"b", 2}, {"10", 1}, {"9", 1}, {"long", 1}}));
  EXPECT_EQ(summary.without, 0U);
}

TEST(SummaryTest, ItemsOfAListCountEachAndNothingIsCountedAsNothing) {
  const auto summary =
      over("summary", {Value{"x", "y"}, Value{"x"}, nullptr, "absent", Value::array()});
  EXPECT_THAT(summary.lines, ElementsAre("x = 2", "y = 1", "(3 nodes gave no value)"));
  EXPECT_EQ(summary.without, 3U);
}

TEST(SummaryTest, ValuesAreShownAsTheMappingSays) {
  const ddl::Aggregate aggregate{
      "summary", "load", "%-8s: %03d", {{"true", "enabled"}, {"0", "fine"}}};
  EXPECT_THAT(over(aggregate, {true, "true", 0, false}).lines,
              ElementsAre("enabled : 002", "false   : 001", "fine    : 001"));
}

TEST(SummaryTest, LongAndManyValuesAreCutOnTheScreenAlone) {
  std::vector<Value> values{std::string(1000, 'x')};
  for (std::size_t i = 0; i < kLinesMax + 9; ++i) values.emplace_back(i);
  const auto summary = over("summary", values);
  EXPECT_EQ(summary.lines.size(), kLinesMax + 1);
  EXPECT_EQ(summary.lines.back(), "… and 10 more values");
  EXPECT_EQ(summary.value.size(), values.size());
  EXPECT_EQ(text_of(std::string(1000, 'x')).size(), kValueShownMax - 1 + std::string("…").size());
}

TEST(AverageTest, IsTakenOverNumbersOnly) {
  const auto summary = over("average", {1, 2, "4.5", "x", "absent"});
  EXPECT_EQ(summary.title, "Summary of Load:");
  EXPECT_THAT(summary.lines, ElementsAre("Average of Load: 2.500000", "(1 value is no number)",
                                         "(1 node gave no value)"));
  EXPECT_DOUBLE_EQ(summary.value.get<double>(), 2.5);
  EXPECT_THAT(over(ddl::Aggregate{"average", "load", "about %.1f", {}}, {1, 2}).lines,
              ElementsAre("about 1.5"));
}

TEST(SumTest, StaysAnIntegerWhileItFits) {
  EXPECT_EQ(over("sum", {1, 2}).value.dump(), "3");
  EXPECT_EQ(over("sum", {1, 2}).lines.front(), "Sum of Load: 3.000000");
  EXPECT_EQ(over("sum", {1, 0.5}).value.dump(), "1.5");
  EXPECT_TRUE(over("sum", {INT64_MAX, INT64_MAX}).value.is_number_float());
  EXPECT_TRUE(over("sum", {UINT64_MAX}).value.is_number_float());
}

TEST(AggregatesTest, WhatCannotBeComputedSaysWhy) {
  for (const char* function : {"summary", "average", "sum", "chart"}) {
    const auto empty = over(function, {});
    EXPECT_THAT(empty.lines,
                ElementsAre("No aggregate summary could be computed: no node answered ok"));
    EXPECT_TRUE(empty.value.is_null());
    EXPECT_EQ(over(function, {"absent", nullptr}).why_not, "no node gave the value");
  }
  for (const char* function : {"average", "sum", "chart"})
    for (const Value& value : {Value("x"), Value(""), Value("1x"), Value("inf"), Value("nan"),
                               Value(true), Value::object()})
      EXPECT_EQ(over(function, {value}).why_not, "no node gave a number") << function << value;
  EXPECT_EQ(over("sum", {1e308, 1e308}).why_not, "the sum is too large for a number");
  EXPECT_DOUBLE_EQ(over("average", {1e308, 1e308}).value.get<double>(), 1e308);
  EXPECT_EQ(over("median", {1}).why_not, "there is no function median");
}

TEST(ChartTest, ShowsHowNumbersAreDistributed) {
  const auto summary = over("chart", {0, 0, 0, 0, 0, 0, 0, 0, 100});
  EXPECT_THAT(summary.lines, ElementsAre("0 █                  ▁ 100", "most: 8 of 9 in 0 to 5"));
  EXPECT_EQ(summary.value.size(), 20U);
  EXPECT_EQ(summary.value.back(), (Value{{"from", 95.0}, {"to", 100.0}, {"count", 1}}));
  EXPECT_THAT(over("chart", {7, 7}).lines, ElementsAre("7 █ 7", "most: 2 of 2 in 7"));
  EXPECT_EQ(over("chart", {-1.7e308, 1.7e308}).value.size(), 20U);
  EXPECT_EQ(over("chart", {0, 5e-324}).value.size(), 20U);
}

TEST(AggregatesTest, TheFunctionsAreThoseADdlMayName) {
  std::vector<std::string> names;
  for (const auto& function : functions()) names.emplace_back(function.name);
  EXPECT_EQ(names, ddl::aggregate_names());
}

TEST(AggregatesTest, FunctionsOfTheSiteStandForOursAndUnknownOnesGiveNothing) {
  auto described = action();
  described.aggregates = {{"nagios_states", "load", "", {}}, {"median", "load", "", {}}};
  ddl::SiteRules rules;
  rules.aggregates["nagios_states"] = {"summary", "%10s : %s", {{"2", "CRITICAL"}}};
  ddl::use_site_rules(rules);
  const Value reply{{"load", 2}};
  const auto summaries = summarize_all(described, {&reply});
  ddl::use_site_rules({});
  ASSERT_EQ(summaries.size(), 1U);
  EXPECT_EQ(summaries[0].function, "nagios_states");
  EXPECT_THAT(summaries[0].lines, ElementsAre("  CRITICAL : 1"));
}

TEST(AggregatesTest, JsonIsByOutputThenFunction) {
  auto described = action();
  described.aggregates = {{"sum", "load", "", {}}, {"summary", "load", "", {}}};
  const Value reply{{"load", 2}};
  EXPECT_EQ(summaries_json(summarize_all(described, {&reply})),
            (Value{{"load", {{"sum", 2}, {"summary", {{"2", 1}}}, {"without", 0}}}}));
  const Value none = Value::object();
  EXPECT_EQ(summaries_json(summarize_all(described, {&none}))["load"]["reason"]["sum"],
            Value("no node gave the value"));
  EXPECT_THAT(summaries_json({}), IsEmpty());
}

}  // namespace
}  // namespace muster::aggregates
