#include "orchestrator/client/worker.hpp"

#include <gtest/gtest.h>

#include <future>
#include <string>
#include <vector>

#include "proto/base/files.hpp"

namespace muster::client {
namespace {

using namespace std::chrono_literals;

TEST(WorkerTest, ItemsAreWorkedOnInTheOrderOfPosting) {
  std::vector<int> done;
  Worker<int> worker("w", 10, [&done](int item) { done.push_back(item); });
  for (int i = 0; i < 5; ++i) worker.post(i);
  ASSERT_TRUE(worker.drain(10s));
  EXPECT_EQ(done, (std::vector<int>{0, 1, 2, 3, 4}));
}

TEST(WorkerTest, ItsThreadBearsTheNameGiven) {
  std::string name;
  Worker<int> worker("records", 1, [&name](int) {
    name = base::read_file("/proc/thread-self/comm").value_or("");
  });
  worker.post(0);
  ASSERT_TRUE(worker.drain(10s));
  EXPECT_EQ(name, "records\n");
}

TEST(WorkerTest, DrainGivesUpWhenTheWorkTakesLonger) {
  std::promise<void> release;
  auto released = release.get_future().share();
  Worker<int> worker("w", 10, [released](int) { released.wait(); });
  worker.post(1);
  EXPECT_FALSE(worker.drain(20ms));
  release.set_value();
  EXPECT_TRUE(worker.drain(10s));
}

TEST(WorkerTest, WhatDoesNotFitIsCounted) {
  std::promise<void> release;
  std::promise<void> working;
  auto released = release.get_future().share();
  std::atomic<bool> first{true};
  Worker<int> worker("w", 1, [&](int) {
    if (first.exchange(false)) working.set_value();
    released.wait();
  });
  worker.post(1);
  working.get_future().wait();
  worker.post(2);
  worker.post(3);
  EXPECT_EQ(worker.dropped(), 1U);
  release.set_value();
}

TEST(WorkerTest, AFloodOfOneSenderDelaysAnotherByOneItem) {
  std::promise<void> release;
  std::promise<void> working;
  auto released = release.get_future().share();
  std::vector<std::string> done;
  Worker<std::string> worker("items", {.items = 1'000, .per_sender = 100},
                             [&](const std::string& item) {
                               if (item == "first") {
                                 working.set_value();
                                 released.wait();
                               }
                               done.push_back(item);
                             });
  worker.post("flood", "first");
  working.get_future().wait();
  for (int i = 0; i < 5'000; ++i) worker.post("flood", "flood");
  worker.post("alice", "alice");
  EXPECT_EQ(worker.dropped(), 4'900U);
  release.set_value();
  ASSERT_TRUE(worker.drain(10s));
  EXPECT_EQ(done.size(), 102U);
  EXPECT_EQ(done[2], "alice");
}

TEST(WorkerTest, AMarkComesAfterAllThatWaits) {
  std::vector<std::string> done;
  std::promise<void> release;
  auto released = release.get_future().share();
  Worker<std::string> worker("items", {.items = 100, .per_sender = 100},
                             [&](const std::string& item) {
                               released.wait();
                               done.push_back(item);
                             });
  for (const auto* item : {"1", "2", "3"}) worker.post("flood", item);
  worker.post_mark("mark");
  worker.post("alice", "alice");
  release.set_value();
  ASSERT_TRUE(worker.drain(10s));
  EXPECT_EQ(done, (std::vector<std::string>{"1", "2", "3", "mark", "alice"}));
}

TEST(WorkerTest, WhatIsDisplacedIsNotWaitedFor) {
  std::promise<void> release;
  std::promise<void> working;
  auto released = release.get_future().share();
  std::atomic<bool> first{true};
  Worker<int> worker("items", {.items = 4, .per_sender = 4}, [&](int) {
    if (first.exchange(false)) working.set_value();
    released.wait();
  });
  worker.post("flood", 0);
  working.get_future().wait();
  for (int i = 1; i <= 4; ++i) worker.post("flood", i);
  worker.post("alice", 5);
  EXPECT_EQ(worker.dropped(), 1U);
  release.set_value();
  EXPECT_TRUE(worker.drain(10s));
}

TEST(WorkerTest, AfterStopNothingRunsAndDrainDoesNotHang) {
  int ran = 0;
  Worker<int> worker("w", 10, [&ran](int) { ++ran; });
  worker.stop();
  worker.post(1);
  EXPECT_TRUE(worker.drain(10s)) << "nothing was taken, so nothing is waited for";
  EXPECT_EQ(ran, 0);
  EXPECT_EQ(worker.dropped(), 1U);
}

}  // namespace
}  // namespace muster::client
