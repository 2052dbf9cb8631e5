#include "orchestrator/workflow/load_workflow.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proto/base/files.hpp"
#include "tests/support/fakes/temp_folder.hpp"

namespace muster::workflow {
namespace {

class LoadWorkflowTest : public testing::Test {
 protected:
  LoadWorkflowTest() {
    std::filesystem::create_directory(folder_ / "ddl");
    workflow_ = folder_.write("w.yaml",
                              "name: w\nsteps:\n  - {name: claim, do: claim}\n"
                              "  - {name: look, call: parrot#status}\n");
  }
  // A built-in description under another name.
  void describe(const std::string& file, const std::string& name) {
    auto text = base::read_file(MUSTER_SOURCE_DIR "/config/ddl/agent/provision.json").value();
    const std::string old = "\"name\": \"provision\"";
    text.replace(text.find(old), old.size(), "\"name\": \"" + name + "\"");
    folder_.write("ddl/" + file, text);
  }
  std::string refused() const {
    const auto loaded = load_workflow(workflow_, folder_ / "ddl");
    return loaded ? "" : loaded.error().message;
  }

  const fakes::TempFolder folder_;
  std::filesystem::path workflow_;
};

TEST_F(LoadWorkflowTest, AnAgentIsCalledOnceItsDescriptionLiesInTheFolder) {
  EXPECT_THAT(refused(), testing::HasSubstr("w.yaml:4: unknown agent 'parrot'; "));
  EXPECT_THAT(
      refused(),
      testing::HasSubstr("'muster plugin fetch parrot --from NODE' has a node describe its own"));
  describe("parrot.json", "parrot");
  EXPECT_EQ(refused(), "");
}

TEST_F(LoadWorkflowTest, TheSampleAgentsWorkflowFitsItsDescription) {
  const std::filesystem::path sample = MUSTER_SOURCE_DIR "/config/samples/marker";
  const auto loaded = load_workflow(sample / "workflow.yaml", sample);
  ASSERT_TRUE(loaded) << loaded.error().message;
  EXPECT_EQ(loaded->name, "marker");
  EXPECT_FALSE(load_workflow(sample / "workflow.yaml", folder_ / "ddl")) << "without it";
}

TEST_F(LoadWorkflowTest, AFileUnderAnotherNameIsRefusedWithBoth) {
  describe("parrot.json", "crow");
  EXPECT_THAT(refused(), testing::HasSubstr("is 'crow', so the file must be crow.json"));
}

TEST_F(LoadWorkflowTest, WhatNobodyCallsMayBeBroken) {
  describe("parrot.json", "parrot");
  folder_.write("ddl/other.json", "{");
  folder_.write("ddl/README", "{");
  EXPECT_EQ(refused(), "");
}

TEST_F(LoadWorkflowTest, AFolderThatIsNotThereHoldsNothing) {
  std::filesystem::remove(folder_ / "ddl");
  EXPECT_THAT(refused(), testing::HasSubstr("unknown agent 'parrot'"));
}

TEST_F(LoadWorkflowTest, OneThatIsAStepIsReadFromItsFolderAndGuardedAsTheWhole) {
  workflow_ = folder_.write("w.yaml",
                            "name: w\nsteps:\n  - {name: claim, do: claim}\n"
                            "  - {name: part, do: workflow, file: part.yaml}\n");
  EXPECT_THAT(refused(), testing::HasSubstr("w.yaml:4: "));
  const auto part = folder_.write("part.yaml",
                                  "name: part\nsteps:\n"
                                  "  - {name: p, do: program, with: {command: [/bin/true]}}\n");
  EXPECT_EQ(refused(), "");
  std::filesystem::permissions(part, std::filesystem::perms::all);
  EXPECT_THAT(refused(), testing::HasSubstr("part.yaml"));
}

TEST_F(LoadWorkflowTest, OneThatIsAStepAndThatOthersMayWriteIsNotReadThoughItHasNoPrograms) {
  workflow_ = folder_.write("w.yaml",
                            "name: w\nsteps:\n  - {name: claim, do: claim}\n"
                            "  - {name: part, do: workflow, file: part.yaml}\n");
  const auto part =
      folder_.write("part.yaml", "name: part\nsteps:\n  - {name: tell, do: notify}\n");
  EXPECT_EQ(refused(), "");
  std::filesystem::permissions(part, std::filesystem::perms::all);
  EXPECT_THAT(refused(), testing::HasSubstr("part.yaml"));
}

TEST_F(LoadWorkflowTest, AWorkflowWithProgramsThatOthersMayWriteIsNotRead) {
  workflow_ = folder_.write("w.yaml",
                            "name: w\nsteps:\n  - {name: claim, do: claim}\n"
                            "  - {name: p, do: program, with: {command: [/bin/true]}}\n");
  EXPECT_EQ(refused(), "");
  std::filesystem::permissions(workflow_, std::filesystem::perms::all);
  EXPECT_THAT(refused(), testing::HasSubstr("w.yaml"));
}

}  // namespace
}  // namespace muster::workflow
