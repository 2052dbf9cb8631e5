// A workflow file: YAML with calls that are checked against descriptions.
#include "orchestrator/workflow/parse.hpp"
#include "tests/fuzz/fuzzer.hpp"

MUSTER_FUZZER(workflow) {
  const auto workflow =
      muster::workflow::parse_workflow(muster::fuzz::text_of(data, size), "fuzz.yaml");
  if (!workflow) {
    muster::fuzz::require(!workflow.error().message.empty(), "a refused workflow says why");
    return 0;
  }
  muster::fuzz::require(!workflow->steps.empty(), "a workflow has steps");
  muster::fuzz::require(workflow->steps.size() <= muster::workflow::kStepsMax, "and not too many");
  for (const auto& step : workflow->steps)
    muster::fuzz::require(workflow->index_of(step.name) < workflow->steps.size(),
                          "every step is found by its name");
  return 0;
}
