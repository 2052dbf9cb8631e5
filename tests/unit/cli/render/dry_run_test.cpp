#include "orchestrator/cli/render/dry_run.hpp"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "orchestrator/workflow/parse.hpp"
#include "tests/unit/cli/render/plain_style.hpp"

namespace muster::cli::render {
namespace {

using testing::HasSubstr;
using Fate = workflow::Foreseen::Fate;

class DryRunTest : public testing::Test {
 protected:
  DryRunTest() {
    now_.identity = "n1";
    ahead_.next = "it goes on by itself";
    ahead_.steps = {{"claim", Fate::finished, ""},
                    {"clean", Fate::skipped, "only when: joining; the node is a member"}};
    ahead_.masters = {{"m1", 1, "country=de"}, {"m2", 0, "it is not\x1b online"}};
  }
  std::string text() const { return dry_run_text(ahead_, now_, workflow_, kPlain, 120); }

  const workflow::Workflow workflow_ = workflow::parse_workflow(
                                           "name: w\nsteps:\n  - {name: claim, do: claim}\n"
                                           "  - {name: pick, do: pick-master, facts: [country]}\n",
                                           "w.yaml")
                                           .value();
  NodeNow now_;
  NodeAhead ahead_;
};

TEST_F(DryRunTest, StepsAndMastersAreTables) {
  EXPECT_THAT(text(), HasSubstr("STEP   NOW       WHY\nclaim  finished\n"
                                "clean  skipped   only when: joining; the node is a member\n"));
  EXPECT_THAT(text(),
              HasSubstr("TURN  MASTER  WHY\n1     m1      country=de\n-     m2      it is "));
  EXPECT_EQ(text().find('\x1b'), std::string::npos);
}

TEST_F(DryRunTest, FactsThatNobodyHereHearsAreAskedFor) {
  EXPECT_THAT(text(), HasSubstr("says of its country hear orchestrators alone"));
  now_.facts = {{"country", "de"}};
  EXPECT_THAT(text(), testing::Not(HasSubstr("hear orchestrators alone")));
}

TEST_F(DryRunTest, ForProgramsAMasterWithoutATurnHasNone) {
  const auto json = dry_run_json(ahead_, now_, workflow_);
  EXPECT_EQ(json["masters"][0]["turn"], 1);
  EXPECT_TRUE(json["masters"][1]["turn"].is_null());
  EXPECT_EQ(json["steps"][1]["now"], "skipped");
  EXPECT_TRUE(json["state"].is_null());
}

}  // namespace
}  // namespace muster::cli::render
