#include "orchestrator/cli/discovery/piped.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>

#include "proto/base/unique_fd.hpp"

namespace muster::cli {
namespace {

using std::chrono_literals::operator""ms;

struct Pipe {
  Pipe() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
    read = base::UniqueFd(ends[0]);
    write = base::UniqueFd(ends[1]);
  }
  base::UniqueFd read;
  base::UniqueFd write;
};

// A process of our own that holds the writing end and says nothing.
class Holder {
 public:
  Holder(Pipe& pipe, bool own_group) : pid_(::fork()) {
    if (pid_ != 0) {
      // Both sides, so that it is done when either goes on.
      if (own_group) ::setpgid(pid_, pid_);
      pipe.write = base::UniqueFd();
      return;
    }
    if (own_group) ::setpgid(0, 0);
    ::pause();
    ::_exit(0);
  }
  ~Holder() {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }

 private:
  const pid_t pid_;
};

TEST(PipedTest, APipeWithBytesOrAtItsEndIsAList) {
  Pipe full;
  ASSERT_EQ(::write(full.write.get(), "n1\n", 3), 3);
  EXPECT_TRUE(names_are_piped(full.read.get()));
  Pipe ended;
  ended.write = base::UniqueFd();
  EXPECT_TRUE(names_are_piped(ended.read.get()));
}

TEST(PipedTest, TheRestOfOurOwnPipelineIsWaitedFor) {
  Pipe pipe;
  const Holder upstream(pipe, false);
  EXPECT_TRUE(names_are_piped(pipe.read.get(), 10ms));
}

TEST(PipedTest, SomebodyElsesSilentPipeIsNotOurs) {
  Pipe pipe;
  const Holder supervisor(pipe, true);
  EXPECT_FALSE(names_are_piped(pipe.read.get(), 10ms));
}

TEST(PipedTest, ASocketIsAListOnlyWhenItSaysSomething) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), 0);
  const base::UniqueFd ours(ends[0]);
  base::UniqueFd theirs(ends[1]);
  EXPECT_FALSE(names_are_piped(ours.get(), 10ms));
  ASSERT_EQ(::write(theirs.get(), "n1\n", 3), 3);
  EXPECT_TRUE(names_are_piped(ours.get(), 10ms));
  char taken[3];
  ASSERT_EQ(::read(ours.get(), taken, 3), 3) << "nothing was eaten";
  theirs = base::UniqueFd();
  EXPECT_FALSE(names_are_piped(ours.get(), 10ms)) << "ssh -n";
}

TEST(PipedTest, FilesAndDevicesAreNoPipes) {
  const base::UniqueFd null(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  EXPECT_FALSE(names_are_piped(null.get()));
  const base::UniqueFd file(::open("/proc/self/exe", O_RDONLY | O_CLOEXEC));
  EXPECT_FALSE(names_are_piped(file.get()));
  EXPECT_FALSE(names_are_piped(-1));
}

}  // namespace
}  // namespace muster::cli
