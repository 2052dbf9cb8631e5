#include "orchestrator/cli/workflow_files.hpp"

#include <gmock/gmock.h>

#include "tests/support/fakes/temp_folder.hpp"

namespace muster::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string text_of(const std::string& name) {
  return "name: " + name + "\nsteps:\n  - {name: claim, do: claim}\n";
}

class WorkflowFilesTest : public testing::Test {
 protected:
  WorkflowFilesTest() {
    folder_.write("web.yaml", text_of("web"));
    folder_.write("db.yml", text_of("db"));
    folder_.write("README", "not one");
  }
  std::vector<CheckedWorkflow> all() const {
    std::vector<CheckedWorkflow> checked;
    const auto files = workflow_files({folder_.path()}).value();
    for (const auto& file : files) checked.push_back(check_workflow(file, {}));
    return checked;
  }
  std::string picked(const std::string& name, const std::string& hash) const {
    const auto checked = all();
    const auto one = pick_workflow(checked, name, hash);
    return one ? (*one)->workflow->name : one.error().message;
  }

  const fakes::TempFolder folder_;
};

TEST_F(WorkflowFilesTest, AFolderIsItsYamlFilesInOrder) {
  EXPECT_THAT(workflow_files({folder_.path()}).value(),
              ElementsAre(folder_ / "db.yml", folder_ / "web.yaml"));
  EXPECT_THAT(workflow_files({folder_ / "other"}).value(), ElementsAre(folder_ / "other"));
}

TEST_F(WorkflowFilesTest, EachProblemIsALineOfItsOwn) {
  const auto file = folder_.write("bad.yaml", "nmae: x\nsteps:\n  - {name: claim, do: clam}\n");
  const auto checked = check_workflow(file, {});
  EXPECT_FALSE(checked.workflow);
  EXPECT_THAT(checked.problems,
              testing::Contains(HasSubstr("bad.yaml:3: unknown do 'clam'; did you mean 'claim'?")));
  EXPECT_GT(checked.problems.size(), 1U);
}

TEST_F(WorkflowFilesTest, WhatIsForNodesThatGoIsNotTheOnlyOne) {
  std::filesystem::remove(folder_ / "db.yml");
  folder_.write("out.yaml", "name: out\nsteps:\n  - {name: leave, do: leave}\n");
  EXPECT_EQ(picked("", ""), "web");
}

TEST_F(WorkflowFilesTest, TheHashGoesBeforeTheNameAndAnUnknownOneNamesTheFiles) {
  const auto hash = all().front().workflow->hash;
  EXPECT_EQ(picked("web", hash), "db");
  EXPECT_EQ(picked("web", "0"), "web");
  EXPECT_THAT(picked("mail", "0"), HasSubstr("holds the node's workflow 'mail'; name one: "));
  EXPECT_THAT(picked("", ""), HasSubstr("web.yaml"));
}

}  // namespace
}  // namespace muster::cli
