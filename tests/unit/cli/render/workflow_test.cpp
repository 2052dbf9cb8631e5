#include "orchestrator/cli/render/workflow.hpp"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "orchestrator/workflow/parse.hpp"
#include "tests/unit/cli/render/plain_style.hpp"

namespace muster::cli::render {
namespace {

using testing::HasSubstr;

constexpr std::string_view kText = R"(name: w
steps:
  - {name: claim, do: claim}
  - {name: pick, do: pick-master, facts: [country, city]}
  - {name: host, call: provision#status, when: 'country="d\"e" or joining'}
  - {name: sign, call: puppetca#status, on: master, with: {certname: x}, on_failure: other-master}
  - name: run
    do: puppet-run
    with: {environment: production}
    on_failure: {compensate: [{name: undo, do: clean-certificates}, {name: tell, do: notify}]}
  - {name: tell-all, do: notify, on_failure: skip, when: member}
  - {name: last, call: provision#finish, on_failure: fail}
)";

workflow::Workflow parsed() {
  return workflow::parse_workflow(kText, "w.yaml").value();
}

TEST(WorkflowTextTest, AStepTellsWhatItDoesAndOnWhat) {
  const auto steps = parsed().steps;
  EXPECT_EQ(what_is_done(steps[1]), "pick-master by country, city");
  EXPECT_EQ(what_is_done(steps[3]), "puppetca#status on master");
  EXPECT_EQ(what_follows_failure(steps[4]), "compensate with undo, tell");
}

TEST(WorkflowTextTest, DetailsHaveARowForEachStepAndWhatCompensates) {
  const auto text = workflow_details(parsed(), kPlain, 140);
  EXPECT_THAT(text, HasSubstr("Hash: " + parsed().hash));
  EXPECT_THAT(text, HasSubstr("Again: after 2.0 s, doubling to 5 min 00 s"));
  EXPECT_THAT(text, HasSubstr("other-master                puppetca#status on master\n"));
  EXPECT_THAT(text, HasSubstr("\n  ↳ undo"));
}

TEST(WorkflowTextTest, AListTellsTheFirstThingThatIsWrong) {
  CheckedWorkflow good;
  good.file = "/w/good.yaml";
  good.workflow = parsed();
  CheckedWorkflow bad;
  bad.file = "/w/bad.yaml";
  bad.problems = {"bad.yaml:3: unknown do", "more"};
  const auto lines = workflow_table({good, bad}, kPlain, 120);
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_THAT(lines[1], testing::MatchesRegex("good.yaml  w     [0-9a-f]{12}  7"));
  EXPECT_THAT(lines[2], testing::EndsWith("bad.yaml:3: unknown do"));
}

TEST(WorkflowGraphTest, TheDrawingShowsBranches) {
  EXPECT_EQ(workflow_graph(parsed(), kPlain),
            "w\n"
            "│\n"
            "○ claim     claim\n"
            "○ pick      pick-master by country, city\n"
            "○ host      provision#status on node\n"
            "│    when country=\"d\\\"e\" or joining, else past it\n"
            "○ sign      puppetca#status on master\n"
            "│    fails: back to pick, for another master\n"
            "○ run       puppet-run\n"
            "├─ fails: compensate, then the attempt ends\n"
            "│  ├─ undo  clean-certificates\n"
            "│  └─ tell  notify\n"
            "○ tell-all  notify\n"
            "│    when member, else past it\n"
            "│    fails: on without it\n"
            "○ last      provision#finish on node\n"
            "│    fails: waits for a person\n"
            "● finished\n"
            "\n"
            "A step that fails otherwise ends the attempt; after 5 of them the node waits for a "
            "person.\n");
}

TEST(WorkflowDotTest, QuotesAndBackslashesAreEscaped) {
  const auto dot = workflow_dot(parsed());
  EXPECT_THAT(dot, testing::StartsWith("digraph \"w\" {\n"));
  EXPECT_THAT(dot, HasSubstr(R"(when2 [label="country=\"d\\\"e\" or joining", shape=diamond)"));
  EXPECT_THAT(dot, HasSubstr(R"(step1 [label="pick\npick-master by country, city"];)"));
  EXPECT_THAT(dot, testing::EndsWith("}\n"));
}

TEST(WorkflowDotTest, EachBranchIsAnEdge) {
  const auto dot = workflow_dot(parsed());
  EXPECT_THAT(dot, HasSubstr("when2 -> step2 [label=\"yes\"];"));
  EXPECT_THAT(dot, HasSubstr("when2 -> step3 [label=\"no\"];"));
  EXPECT_THAT(dot, HasSubstr("step1 -> when2;"));
  EXPECT_THAT(dot, HasSubstr("step3 -> step1 [label=\"fails: other master\""));
  EXPECT_THAT(dot, HasSubstr("step4 -> step4_0 [label=\"fails: compensate\""));
  EXPECT_THAT(dot, HasSubstr("step4_1 -> again"));
  EXPECT_THAT(dot, HasSubstr("step5 -> step6 [label=\"fails: skip\""));
  EXPECT_THAT(dot, HasSubstr("step6 -> failed [label=\"fails\""));
  EXPECT_THAT(dot, HasSubstr("step6 -> end;"));
}

TEST(WorkflowDotTest, StepsOfAnotherWorkflowHaveAFrameWithItsName) {
  const auto workflow = workflow::parse_workflow(
      "name: w\nsteps:\n  - {name: claim, do: claim}\n"
      "  - {name: part, do: workflow, file: p.yaml, when: joining}\n"
      "--- # file: p.yaml\nname: p\nsteps:\n  - {name: tell, do: notify}\n",
      "w.yaml");
  ASSERT_TRUE(workflow) << workflow.error().message;
  const auto dot = workflow_dot(*workflow);
  EXPECT_THAT(dot, HasSubstr("  subgraph cluster1 {\n    label=\"part\";\n    step1;\n  }\n"));
  EXPECT_THAT(dot, HasSubstr("when1 [label=\"joining\""));
  EXPECT_THAT(workflow_graph(*workflow, kPlain),
              HasSubstr("○ part/tell  notify\n│    when joining"));
}

TEST(WorkflowDotTest, StepsSideBySideForkAndJoin) {
  const auto workflow = workflow::parse_workflow(
      "name: w\nsteps:\n  - {name: claim, do: claim}\n"
      "  - {name: both, parallel: [{name: a, do: notify}, {name: b, do: notify, when: joining}]}\n"
      "  - {name: last, do: notify}\n",
      "w.yaml");
  ASSERT_TRUE(workflow) << workflow.error().message;
  const auto dot = workflow_dot(*workflow);
  for (const auto* edge : {"step0 -> fork1;", "fork1 -> step1;", "fork1 -> when2;",
                           "step1 -> step3;", "step2 -> step3;", "when2 -> step3 [label=\"no\"];"})
    EXPECT_THAT(dot, HasSubstr(edge));
  EXPECT_THAT(workflow_graph(*workflow, kPlain),
              HasSubstr("├┬ both: side by side\n│○ both/a  notify\n│○ both/b  notify\n"));
}

TEST(WorkflowJsonTest, AStepTellsAllItsKeys) {
  const auto json = workflow_json(parsed());
  EXPECT_EQ(json["steps"].size(), 7U);
  EXPECT_EQ(json["steps"][4]["compensate"][0]["name"], "undo");
  EXPECT_EQ(json["steps"][2]["when"], "country=\"d\\\"e\" or joining");
  EXPECT_EQ(json["hash"], parsed().hash);
}

}  // namespace
}  // namespace muster::cli::render
