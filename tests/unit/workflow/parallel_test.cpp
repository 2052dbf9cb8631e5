// `parallel:`: steps that are done side by side.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "orchestrator/workflow/parse.hpp"

namespace muster::workflow {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

std::string text_of(const std::string& group, const std::string& more = "") {
  return "name: w\nsteps:\n  - {name: claim, do: claim}\n  - {name: pick, do: pick-master}\n"
         "  - {name: both, parallel: [" +
         group + "]" + more + "}\n";
}

std::string why_of_group(const std::string& group, const std::string& more = "") {
  const auto workflow = parse_workflow(text_of(group, more), "w.yaml");
  return workflow ? "" : workflow.error().message;
}

constexpr auto kTwo =
    "{name: one, do: notify}, {name: look, call: puppetca#status, on: master, with: {certname: x}}";

TEST(ParallelTest, ItsStepsStandInItsPlaceByTheirFullNames) {
  const auto workflow =
      parse_workflow(text_of(kTwo, ", on_failure: skip, when: joining"), "w.yaml");
  ASSERT_TRUE(workflow) << workflow.error().message;
  ASSERT_EQ(workflow->steps.size(), 4U);
  EXPECT_EQ(workflow->steps[2].name, "both/one");
  EXPECT_TRUE(workflow->steps[3].is_beside_others());
  EXPECT_EQ(workflow->steps[3].on_failure, OnFailure::skip);
  EXPECT_EQ(condition_text(workflow->steps[3]), "joining");
  EXPECT_EQ(workflow->end_of_group(2), 4U);
  EXPECT_EQ(workflow->end_of_group(1), 2U);
}

TEST(ParallelTest, NoneKnowsTheOthersAndWhatFollowsKnowsAll) {
  EXPECT_THAT(
      why_of_group("{name: look, call: puppetca#status, on: master, with: {certname: x}}, "
                   "{name: use, do: notify, when: steps.look.state=signed}"),
      HasSubstr("w.yaml:5: step 'use': 'steps.look.state': the step 'look' has not been done"));
  const auto after = parse_workflow(
      text_of(kTwo) + "  - {name: tell, do: notify, when: steps.both/look.state=signed}\n",
      "w.yaml");
  EXPECT_TRUE(after) << after.error().message;
}

TEST(ParallelTest, StepsThatAliasesRepeatAreCountedAndNotRead) {
  std::string many = "&a {name: tell, do: notify, nonsense: 1}";
  for (int i = 0; i < 100; ++i) many += ", *a";
  EXPECT_THAT(why_of_group(many),
              AllOf(HasSubstr("101 steps; the limit is 64"), Not(HasSubstr("nonsense"))));
}

TEST(ParallelTest, WhatCannotStandBesideOthersIsSaid) {
  for (const auto* step : {"{name: x, do: reboot}", "{name: x, do: pick-master}",
                           "{name: x, do: clean-certificates}", "{name: x, do: enter-collective}"})
    EXPECT_THAT(why_of_group(std::string(kTwo) + ", " + step),
                HasSubstr("step 'x' cannot be done beside others"))
        << step;
  EXPECT_THAT(why_of_group("{name: a, do: puppet-run, with: {environment: e}}, "
                           "{name: b, do: puppet-run, with: {environment: e}}"),
              HasSubstr("step 'b' cannot be done beside others"));
}

TEST(ParallelTest, ItHoldsTwoToEightStepsAndNoTriesOfItsOwn) {
  EXPECT_THAT(why_of_group("{name: one, do: notify}"), HasSubstr("a list of 2 to 8 steps"));
  EXPECT_THAT(why_of_group(kTwo, ", tries: 2"), HasSubstr("'parallel' knows no 'tries'"));
  EXPECT_THAT(why_of_group(kTwo, ", do: notify"), HasSubstr("or is several at once ('parallel')"));
  EXPECT_THAT(why_of_group("{name: one, do: notify}, {name: one, do: notify}"),
              HasSubstr("two steps are named 'one'"));
  EXPECT_THAT(why_of_group("{name: one, do: notify}, {name: two, do: parallel}"),
              HasSubstr("unknown do 'parallel'"));
}

}  // namespace
}  // namespace muster::workflow
