#include <gmock/gmock.h>

#include <fstream>

#include "tests/support/fakes/fake_clock.hpp"
#include "tests/support/fakes/temp_folder.hpp"
#include "tests/support/fakes/wait_until.hpp"

namespace muster::fakes {
namespace {

using namespace std::chrono_literals;

TEST(FakeClockTest, AdvanceMovesBothClocks) {
  FakeClock clock;
  const auto before = clock.steady();
  clock.advance(1500ms);
  EXPECT_EQ(clock.unix_ms(), FakeClock::kStartMs + 1500);
  EXPECT_EQ(clock.steady() - before, 1500ms);
}

TEST(FakeClockTest, SettingTheWallClockLeavesTheSteadyOne) {
  FakeClock clock;
  const auto before = clock.steady();
  clock.set_unix_ms(7);
  EXPECT_EQ(clock.unix_ms(), 7);
  EXPECT_EQ(clock.steady(), before);
}

TEST(TempFolderTest, GoesWithItsContentAtTheEnd) {
  std::filesystem::path path;
  {
    const TempFolder folder;
    path = folder.path();
    folder.write("a/b/c.txt", "hello");
    EXPECT_EQ(folder.read("a/b/c.txt"), "hello");
  }
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(WaitUntilTest, EndsAsSoonAsTheConditionHolds) {
  int asked = 0;
  EXPECT_TRUE(wait_until([&] { return ++asked == 3; }));
  EXPECT_EQ(asked, 3);
}

TEST(WaitUntilTest, IsFalseAtTheDeadline) {
  EXPECT_FALSE(wait_until([] { return false; }, 5ms));
}

}  // namespace
}  // namespace muster::fakes
