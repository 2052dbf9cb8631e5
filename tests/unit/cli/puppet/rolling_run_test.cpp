#include "orchestrator/cli/puppet/rolling_run.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "tests/unit/client/client_lab.hpp"

namespace muster::cli::puppet {
namespace {

using State = RunEnd::State;
using testing::HasSubstr;

// Nodes whose runs take some questions, and end as a test says.
class RollingRunTest : public testing::Test {
 protected:
  RollingRunTest() { lab_.trust_nodes(); }

  void add(const std::string& name, int exit_code, int questions) {
    left_[name] = questions;
    nodes_.push_back(std::make_unique<client::LabNode>(
        lab_, name, [this, name, exit_code](client::LabNode& node, const v1::Request& request) {
          const std::lock_guard lock(mutex_);
          asked_.push_back(request.action());
          if (request.action() == "runonce") {
            running_.insert(name);
            most_ = std::max(most_, running_.size());
          }
          Value data{{"job", "j-" + name}, {"state", "running"}, {"exit_code", nullptr}};
          if (left_[name]-- <= 0) {
            data = {{"job", "j"},
                    {"state", "finished"},
                    {"exit_code", exit_code},
                    {"last_lines", "Error: no"}};
            running_.erase(name);
          }
          auto reply = node.reply_to(request);
          client::must(envelope::encode_value(data, *reply.mutable_data()));
          node.send(request, reply);
        }));
    identities_.push_back(name);
  }

  std::vector<RunEnd> run(std::size_t concurrency) {
    RollingRun run;
    run.concurrency = concurrency;
    run.answer_limit = answer_limit_;
    run.run_limit = run_limit_;
    run.poll = std::chrono::milliseconds(1);
    return run_everywhere(*caller_, identities_, run, [this](const RunEnd&) { ++told_; });
  }

  client::ClientLab lab_;
  std::unique_ptr<client::Caller> caller_ = client::Caller::start(lab_.link()).value();
  std::mutex mutex_;
  std::map<std::string, int> left_;
  std::set<std::string> running_;
  std::size_t most_ = 0;  // at once
  std::vector<std::string> asked_;
  std::vector<std::string> identities_;
  std::chrono::milliseconds answer_limit_{20'000};
  std::chrono::seconds run_limit_{100};
  int told_ = 0;
  std::vector<std::unique_ptr<client::LabNode>> nodes_;
};

TEST_F(RollingRunTest, EachRunIsFollowedToItsEndAndNoMoreThanSoManyGoAtOnce) {
  for (const auto* name : {"n1", "n2", "n3", "n4", "n5"}) add(name, name[1] == '2' ? 2 : 0, 3);
  const auto ends = run(2);
  ASSERT_EQ(ends.size(), 5U);
  EXPECT_EQ(told_, 5);
  EXPECT_LE(most_, 2U);
  EXPECT_EQ(ends[0].identity, "n1");
  EXPECT_EQ(ends[0].state, State::unchanged);
  EXPECT_EQ(ends[1].state, State::changed);
  EXPECT_EQ(ends[1].exit_code, 2);
}

TEST_F(RollingRunTest, AFailedRunTellsItsExitCodeAndLastLines) {
  add("n1", 4, 0);
  const auto ends = run(1);
  EXPECT_EQ(ends[0].state, State::failed);
  EXPECT_EQ(ends[0].message, "Puppet ended with 4");
  EXPECT_EQ(ends[0].last_lines, "Error: no");
}

TEST_F(RollingRunTest, WhoIsSilentIsSilentAndDoesNotHoldUpTheOthers) {
  answer_limit_ = std::chrono::milliseconds(100);
  identities_.push_back("n0");
  add("n1", 0, 0);
  const auto ends = run(1);
  ASSERT_EQ(ends.size(), 2U);
  EXPECT_EQ(ends[0].state, State::silent);
  EXPECT_EQ(ends[1].state, State::unchanged);
}

TEST_F(RollingRunTest, ARunThatNeverEndsIsLeftAtItsLimitWithTheJobsName) {
  run_limit_ = std::chrono::seconds(0);
  add("n1", 0, 1'000'000);
  const auto ends = run(1);
  EXPECT_EQ(ends[0].state, State::failed);
  EXPECT_THAT(ends[0].message, HasSubstr("still goes on after 0 s, as job j-n1"));
}

}  // namespace
}  // namespace muster::cli::puppet
