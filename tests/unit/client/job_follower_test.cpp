#include "orchestrator/client/job_follower.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace muster::client {
namespace {

using std::chrono_literals::operator""ms;

NodeResult answer(Value data) {
  NodeResult node;
  node.identity = "web1";
  node.outcome = Outcome::ok;
  node.data = std::move(data);
  return node;
}
NodeResult no_answer(Outcome outcome, const std::string& why = "") {
  NodeResult node;
  node.identity = "web1";
  node.outcome = outcome;
  node.message = why;
  return node;
}
Value running(const std::string& out, std::int64_t out_offset, const std::string& err = "",
              std::int64_t err_offset = 0) {
  return {{"status", "running"},
          {"stdout", out},
          {"stdout_offset", out_offset},
          {"stderr", err},
          {"stderr_offset", err_offset}};
}

TEST(JobFollowerTest, EachAnswerSaysWhereTheNextBegins) {
  JobFollower follower(kShellJob, "h");
  EXPECT_EQ(follower.arguments(),
            (Value{{"handle", "h"}, {"stdout_offset", 0}, {"stderr_offset", 0}}));
  const auto piece = follower.took(answer(running("one\n", 4, "oh\n", 3))).value();
  EXPECT_EQ(piece.out, "one\n");
  EXPECT_EQ(piece.err, "oh\n");
  EXPECT_EQ(follower.arguments(),
            (Value{{"handle", "h"}, {"stdout_offset", 4}, {"stderr_offset", 3}}));
}

TEST(JobFollowerTest, AJobHasEndedOnceAllItsOutputIsHere) {
  JobFollower follower(kShellJob, "h");
  Value data{{"status", "finished"}, {"exitcode", 3},      {"stdout", "rest"},
             {"stdout_offset", 4},   {"stderr_offset", 0}, {"stderr", ""}};
  EXPECT_EQ(follower.took(answer(data))->out, "rest");
  EXPECT_FALSE(follower.ended());
  EXPECT_EQ(follower.pause(), 0ms);
  data["stdout"] = "";
  ASSERT_TRUE(follower.took(answer(data)));
  EXPECT_TRUE(follower.ended());
  EXPECT_EQ(follower.state(), "finished");
  EXPECT_EQ(follower.exit_code(), 3);
}

TEST(JobFollowerTest, AQuietJobIsAskedForLessOften) {
  JobFollower follower(kShellJob, "h");
  ASSERT_TRUE(follower.took(answer(running("x", 1))));
  EXPECT_EQ(follower.pause(), kAskLeast);
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(follower.took(answer(running("", 1))));
  EXPECT_EQ(follower.pause(), kAskMost);
  ASSERT_TRUE(follower.took(answer(running("y", 2))));
  EXPECT_EQ(follower.pause(), kAskLeast);
}

TEST(JobFollowerTest, ANodeThatIsAwayIsAskedAgain) {
  for (const auto outcome : {Outcome::silent, Outcome::busy, Outcome::expired}) {
    JobFollower follower(kShellJob, "h");
    ASSERT_TRUE(follower.took(no_answer(outcome)));
    EXPECT_TRUE(follower.silent());
    EXPECT_FALSE(follower.ended());
    for (int i = 0; i < 10; ++i) ASSERT_TRUE(follower.took(no_answer(outcome)));
    EXPECT_EQ(follower.pause(), kSilentMost);
    ASSERT_TRUE(follower.took(answer(running("x", 1))));
    EXPECT_FALSE(follower.silent());
  }
}

TEST(JobFollowerTest, WhatNoAskingAgainCanChangeIsAnError) {
  for (const auto outcome : {Outcome::refused, Outcome::failed}) {
    JobFollower follower(kShellJob, "h");
    EXPECT_EQ(follower.took(no_answer(outcome, "no job h here")).error().message,
              "web1: no job h here");
  }
}

TEST(JobFollowerTest, ANodeThatLiesNeitherBreaksUsNorKeepsUsForEver) {
  JobFollower follower(kShellJob, "h");
  for (const Value& wrong :
       {Value(nullptr), Value::array({1}), Value{{"status", 5}, {"stdout", Value::array()}},
        running("again", -5), Value{{"status", "running"}, {"stdout", "no offset"}}})
    EXPECT_EQ(follower.took(answer(wrong))->out, "") << wrong;
  EXPECT_EQ(follower.arguments()["stdout_offset"], 0);
}

TEST(JobFollowerTest, APuppetRunIsAskedForItsEndAndNoOutput) {
  JobFollower follower(kPuppetJob, "j");
  EXPECT_EQ(follower.arguments(), (Value{{"job", "j"}}));
  ASSERT_TRUE(follower.took(answer({{"state", "running"}})));
  EXPECT_TRUE(follower.running());
  ASSERT_TRUE(
      follower.took(answer({{"state", "finished"}, {"exit_code", 4}, {"last_lines", "Error"}})));
  EXPECT_TRUE(follower.ended());
  EXPECT_EQ(follower.exit_code(), 4);
  EXPECT_EQ(follower.last_lines(), "Error");
}

TEST(JobFollowerTest, OutputOfAPuppetRunIsAskedForOnce) {
  JobFollower follower(kPuppetJobWithOutput, "j");
  EXPECT_EQ(follower.arguments(), (Value{{"job", "j"}, {"offset", 0}}));
  EXPECT_EQ(follower.heard({{"state", "running"}, {"output", "one"}, {"next_offset", 3}}).out,
            "one");
  EXPECT_EQ(follower.arguments()["offset"], 3);
  EXPECT_EQ(follower.heard({{"state", "running"}, {"output", "one"}, {"next_offset", 3}}).out, "");
}

TEST(JobFollowerTest, AnExitCodeThatIsNoneIsNotTold) {
  for (const auto& code : {Value(), Value(-1), Value(256), Value("0")}) {
    JobFollower follower(kPuppetJob, "j");
    follower.heard({{"state", "finished"}, {"exit_code", code}});
    EXPECT_TRUE(follower.ended());
    EXPECT_EQ(follower.exit_code(), std::nullopt) << code;
  }
}

}  // namespace
}  // namespace muster::client
