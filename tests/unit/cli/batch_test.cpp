#include "orchestrator/cli/batch.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proto/messages/request.hpp"
#include "tests/unit/client/client_lab.hpp"

namespace muster::cli {
namespace {

using client::Outcome;
using testing::ElementsAre;
using testing::HasSubstr;
using Names = std::vector<std::string>;

class BatchTest : public testing::Test {
 protected:
  BatchTest() {
    lab_.trust_nodes();
    for (const auto* name : {"n1", "n2", "n3", "n4", "n5"})
      nodes_.push_back(std::make_unique<client::LabNode>(
          lab_, name, [this](client::LabNode& node, const messages::Request& request) {
            auto reply = node.reply_to(request);
            {
              const std::lock_guard lock(mutex_);
              requests_[request.id].push_back(reply.identity);
              reply.status = failing_.contains(reply.identity) ? 1 : 0;
            }
            node.send(request, reply);
          }));
    call_.agent = "rpcutil";
    call_.action = "ping";
    call_.targets = {"n1", "n2", "n3", "n4", "n5"};
  }

  client::BatchedResult call(const BatchOptions& options) {
    return call_in_batches(*caller_, call_, Batches::of(options).value(), {}).value();
  }

  client::ClientLab lab_;
  std::unique_ptr<client::Caller> caller_ = client::Caller::start(lab_.link()).value();
  std::mutex mutex_;
  std::map<std::string, Names> requests_;
  std::set<std::string> failing_;
  std::vector<std::unique_ptr<client::LabNode>> nodes_;
  client::Call call_;
};

TEST_F(BatchTest, EveryNodeIsCalledOnceInGoesOfTheSize) {
  const auto done = call({.size = "2", .sleep_s = 0});
  EXPECT_EQ(done.result.results.size(), 5U);
  EXPECT_TRUE(done.result.all_ok());
  EXPECT_TRUE(done.not_asked.empty());
  std::vector<std::size_t> sizes;
  for (const auto& [id, names] : requests_) sizes.push_back(names.size());
  std::sort(sizes.begin(), sizes.end());
  EXPECT_THAT(sizes, ElementsAre(1, 2, 2));
}

TEST_F(BatchTest, TooManyFailuresEndItAndTheRestIsNamed) {
  failing_ = {"n1", "n3"};
  const auto done = call({.size = "40%", .sleep_s = 0, .max_failures = 2});
  EXPECT_EQ(done.result.results.size(), 4U);
  EXPECT_THAT(done.not_asked, ElementsAre("n5"));
  EXPECT_EQ(done.why, "2 failed or were silent");
}

TEST_F(BatchTest, FewerFailuresDoNot) {
  failing_ = {"n1"};
  const auto done = call({.size = "1", .sleep_s = 0, .max_failures = 2});
  EXPECT_EQ(done.result.results.size(), 5U);
  EXPECT_TRUE(done.not_asked.empty());
}

TEST_F(BatchTest, SilenceCountsAsFailure) {
  nodes_.erase(nodes_.begin());
  call_.timeout = std::chrono::milliseconds(200);
  const auto done = call({.size = "1", .sleep_s = 0, .max_failures = 1});
  EXPECT_EQ(done.result.results.size(), 1U);
  EXPECT_EQ(done.not_asked.size(), 4U);
}

TEST(BatchesTest, WhatMakesNoSenseIsSaid) {
  EXPECT_THAT(Batches::of({.size = "none"}).error().message, HasSubstr("--batch 'none'"));
  EXPECT_THAT(Batches::of({.max_failures = 1}).error().message, HasSubstr("needs --batch"));
  EXPECT_FALSE(Batches::of({})->size);
}

}  // namespace
}  // namespace muster::cli
