#include "tests/sim/orchestrator/orchestrator_disk.hpp"

#include <gtest/gtest.h>

#include "tests/support/virtual_loop/virtual_loop.hpp"

namespace muster::sim {
namespace {

class OrchestratorDiskTest : public testing::Test {
 protected:
  OrchestratorDiskTest() {
    disk_.power_lost = [this] { ++lost_; };
  }
  // Whether it was told that it is written, a minute later.
  bool write() {
    auto writing = write_to(disk_, waits_, [this] { ++written_; });
    writing.start([] {});
    loop_.advance(std::chrono::minutes(1));
    return writing.ended() && writing.take();
  }

  fakes::VirtualLoop loop_;
  loop::Waits waits_{loop_};
  OrchestratorDisk disk_;
  int written_ = 0;
  int lost_ = 0;
};

TEST_F(OrchestratorDiskTest, WhatIsWrittenIsThereWhenItIsSaid) {
  EXPECT_TRUE(write());
  EXPECT_EQ(written_, 1);
  disk_.full = true;
  EXPECT_FALSE(write());
  EXPECT_EQ(written_, 1);
}

TEST_F(OrchestratorDiskTest, WhenThePowerFailsNobodyHearsWhetherItWasWritten) {
  disk_.power = Power::fails_before_write;
  EXPECT_FALSE(write());
  EXPECT_EQ(written_, 0);
  disk_.power = Power::fails_after_write;
  EXPECT_FALSE(write());
  EXPECT_EQ(written_, 1);
  EXPECT_EQ(lost_, 2);
  EXPECT_EQ(disk_.power, Power::gone);
}

}  // namespace
}  // namespace muster::sim
