#include "plugins/agents/provision/progress.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/fakes/temp_folder.hpp"

namespace muster::plugins::provision {
namespace {

using testing::HasSubstr;

TEST(ProgressTest, WithoutAFileItIsFresh) {
  const fakes::TempFolder folder;
  const auto progress = load_progress(folder / "provision.json");
  ASSERT_TRUE(progress);
  EXPECT_EQ(progress->state, State::waiting);
  EXPECT_EQ(progress->fence, 0);
}

TEST(ProgressTest, EverythingSurvivesARestart) {
  const fakes::TempFolder folder;
  Progress before;
  before.state = State::claimed;
  before.owner = "cert=one";
  before.lease_expires_at_ms = 5;
  before.fence = 7;
  before.told = {"puppet", "ab12", {"claim", "sign-certificate"}, "m1.example", "run-1", 7, 1'000};
  before.attempts = 3;
  before.round = 2;
  before.error = "an \"odd\" \xff one";
  before.finished_at_ms = 9;
  before.runs["bootstrap-run"] = {"0123", 4, "boot-1"};
  ASSERT_TRUE(save_progress(folder / "state" / "provision.json", before));
  const auto after = load_progress(folder / "state" / "provision.json");
  ASSERT_TRUE(after) << after.error().message;
  EXPECT_EQ(after->state, before.state);
  EXPECT_EQ(after->owner, before.owner);
  EXPECT_EQ(after->lease_expires_at_ms, 5);
  EXPECT_EQ(after->fence, 7);
  EXPECT_EQ(after->told, before.told);
  EXPECT_EQ(after->attempts, 3);
  EXPECT_EQ(after->round, 2);
  EXPECT_EQ(after->finished_at_ms, 9);
  EXPECT_EQ(after->runs.at("bootstrap-run").starts, 4);
  EXPECT_EQ(after->runs.at("bootstrap-run").boot_id, "boot-1");
}

TEST(ProgressTest, DamageIsAnErrorThatNamesTheFileAndWhatToDo) {
  const fakes::TempFolder folder;
  for (const auto* text : {"", "{", "[]", "{\"format\": 9}", "{\"format\": 2, \"state\": \"odd\"}",
                           "{\"format\": 2, \"state\": \"waiting\", \"owner\": 5}"}) {
    const auto path = folder.write("provision.json", text);
    const auto progress = load_progress(path);
    ASSERT_FALSE(progress) << text;
    EXPECT_THAT(progress.error().message, HasSubstr(path.string() + " is damaged"));
    EXPECT_THAT(progress.error().message, HasSubstr("muster provision again"));
  }
}

}  // namespace
}  // namespace muster::plugins::provision
