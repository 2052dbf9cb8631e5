#include "node-agent/jobs/process_id.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/jobs/ended_child.hpp"

namespace muster::jobs {
namespace {

TEST(ProcessIdTest, ThisProcessIsAlive) {
  const auto self = identify(::getpid());
  ASSERT_TRUE(self) << self.error().message;
  EXPECT_TRUE(alive(*self));
  EXPECT_TRUE(open_process(*self));
}

TEST(ProcessIdTest, ANumberThatIsUsedAgainIsAnotherProcess) {
  auto self = identify(::getpid());
  ASSERT_TRUE(self);
  self->start_ticks -= 1;
  EXPECT_FALSE(alive(*self));
  EXPECT_EQ(open_process(*self).error().code, Errc::not_found);
}

TEST(ProcessIdTest, AProcessOfAnotherBootIsGone) {
  auto self = identify(::getpid());
  ASSERT_TRUE(self);
  self->boot_id = "00000000-0000-0000-0000-000000000000";
  EXPECT_FALSE(alive(*self));
}

TEST(ProcessIdTest, AZombieIsNotAlive) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(0);
  siginfo_t info{};
  ASSERT_EQ(::waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOWAIT), 0);
  EXPECT_EQ(identify(child).error().code, Errc::not_found);
  ::waitpid(child, nullptr, 0);
}

TEST(ProcessIdTest, AChildThatHasEndedIsReaped) {
  const auto child = ended_child();
  reap(child);
  EXPECT_TRUE(was_reaped(child));
}

TEST(ProcessIdTest, AChildThatOnlyHasTheNumberIsNotReaped) {
  auto child = ended_child();
  child.start_ticks -= 1;
  reap(child);
  EXPECT_FALSE(was_reaped(child));
}

}  // namespace
}  // namespace muster::jobs
