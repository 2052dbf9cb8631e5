#include "plugins/agents/puppetca/ca_lock.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <optional>

#include "tests/support/fakes/temp_folder.hpp"

namespace muster::plugins::puppetca {
namespace {

using Steady = std::chrono::steady_clock;
constexpr std::chrono::milliseconds kShortPatience{30};

Result<CaLock> take(const fakes::TempFolder& folder) {
  return CaLock::take(folder.path(), Steady::now() + kShortPatience);
}

TEST(CaLockTest, OneHolderAtATimeAndTheNextGetsItWhenTheFirstIsDone) {
  const fakes::TempFolder folder;
  {
    const auto first = take(folder);
    ASSERT_TRUE(first) << first.error().message;
    const auto second = take(folder);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, Errc::timeout);
    EXPECT_NE(second.error().message.find(folder.path().string()), std::string::npos);
  }
  EXPECT_TRUE(take(folder));
}

TEST(CaLockTest, AnotherProcessIsKeptOutTooAndADeadOneHoldsNothing) {
  const fakes::TempFolder folder;
  int taken[2];
  ASSERT_EQ(::pipe(taken), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    const auto held = take(folder);
    const char told = held ? 'y' : 'n';
    if (::write(taken[1], &told, 1) != 1) ::_exit(1);
    ::pause();
    ::_exit(0);
  }
  char told = 0;
  ASSERT_EQ(::read(taken[0], &told, 1), 1);
  EXPECT_EQ(told, 'y');
  EXPECT_FALSE(take(folder));
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  EXPECT_TRUE(take(folder));
  ::close(taken[0]);
  ::close(taken[1]);
}

TEST(CaLockTest, AFolderThatIsMissingIsNamed) {
  const auto lock = CaLock::take("/nowhere/ca", Steady::now());
  ASSERT_FALSE(lock);
  EXPECT_EQ(lock.error().code, Errc::io);
  EXPECT_NE(lock.error().message.find("/nowhere/ca"), std::string::npos);
}

}  // namespace
}  // namespace muster::plugins::puppetca
