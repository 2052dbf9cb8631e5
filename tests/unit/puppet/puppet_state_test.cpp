// Whether a Puppet runs, as its lock says.
#include "plugins/agents/puppet/puppet_state.hpp"

#include <gtest/gtest.h>

#include "tests/support/fakes/temp_folder.hpp"
#include "tests/support/fakes/wait_until.hpp"
#include "tests/unit/puppet/process.hpp"

namespace muster::plugins::puppet {
namespace {

class PuppetStateTest : public testing::Test {
 protected:
  void lock(const std::string& text) { folder_.write("state/agent_catalog_run.lock", text); }
  std::optional<pid_t> applying() const {
    PuppetPaths paths;
    paths.statedir = folder_ / "state";
    return applying_pid(paths);
  }
  const fakes::TempFolder folder_;
};

TEST_F(PuppetStateTest, AnEmptyOrDamagedLockOrOneOfADeadProcessIsNoRun) {
  EXPECT_FALSE(applying());
  for (const std::string text : {"", "\n", "x", "-1", "0", "4194303", "99999999999999999999"}) {
    lock(text);
    EXPECT_FALSE(applying()) << "'" << text << "'";
  }
}

TEST_F(PuppetStateTest, AWrongByteInTheReasonCostsItselfAlone) {
  PuppetPaths paths;
  paths.statedir = folder_ / "state";
  folder_.write("state/agent_disabled.lock", "{\"disabled_message\":\"f\xfcr immer\"}");
  EXPECT_EQ(disabled_message(paths), "f\uFFFDr immer");
}

TEST_F(PuppetStateTest, AStrangerThatLooksAtPuppetsFilesIsNoRun) {
  const auto file = folder_.write("puppet.log", "");
  const Process stranger({"tail", "-f", file.string()});
  lock(std::to_string(stranger.pid()));
  EXPECT_FALSE(applying());
}

TEST_F(PuppetStateTest, AProcessOfThatNameIsARun) {
  const auto run = a_puppet(folder_.path());
  lock(std::to_string(run->pid()));
  EXPECT_TRUE(fakes::wait_until([&] { return applying() == run->pid(); }));
}

}  // namespace
}  // namespace muster::plugins::puppet
