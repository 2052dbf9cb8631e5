#include "node-agent/jobs/watcher.hpp"

#include <gtest/gtest.h>

#include <future>

#include "tests/unit/jobs/ended_child.hpp"

namespace muster::jobs {
namespace {

TEST(WatcherTest, AChildThatEndedBeforeItWasWatchedIsToldOfAndReaped) {
  const auto child = ended_child();
  std::promise<std::string> told;
  Watcher watcher([&told](const std::string& name) { told.set_value(name); });
  watcher.watch("job", child);
  EXPECT_EQ(told.get_future().get(), "job");
  EXPECT_TRUE(was_reaped(child));
}

}  // namespace
}  // namespace muster::jobs
