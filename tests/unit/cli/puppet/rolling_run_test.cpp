#include "orchestrator/cli/puppet/rolling_run.hpp"

#include <gmock/gmock.h>

#include <CLI/CLI.hpp>

#include "orchestrator/cli/commands/commands.hpp"
#include "orchestrator/cli/usage_error.hpp"
#include "proto/messages/reply.hpp"
#include "proto/messages/request.hpp"
#include "tests/unit/cli/puppet/rolling_lab.hpp"

namespace muster::cli::puppet {
namespace {

using State = RunEnd::State;
using testing::HasSubstr;
using Words = std::vector<std::string>;

class RollingRunTest : public RollingLab {};

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

TEST_F(RollingRunTest, AFailedRunTellsItsExitCodeAndLastLinesWheneverItEnds) {
  add("n1", 4, 0);
  add("n2", 6, 2);
  for (const auto& end : run()) {
    EXPECT_EQ(end.state, State::failed);
    EXPECT_EQ(end.exit_code, end.identity == "n1" ? 4 : 6);
    EXPECT_THAT(end.message, HasSubstr(end.identity == "n1" ? "(exit 4)" : "(exit 6)"));
    EXPECT_EQ(end.last_lines, "Error: no");
  }
}

TEST_F(RollingRunTest, ANodeThatNoLongerMatchesWhenItsTurnComesIsLeftAlone) {
  run_.filter.facts = {"country=de"};
  add("n1", [](const messages::Request& request) -> std::optional<Told> {
    EXPECT_EQ(request.filter.facts.size(), 1U);
    EXPECT_TRUE(request.tell_mismatch);
    return Told{Value::object(), 5, "the filter does not match", messages::Outcome::filtered};
  });
  add_running("n2", [](const messages::Request& request) {
    EXPECT_EQ(request.filter.facts.size(), 0U) << "the run may have changed what it was found by";
    return ended_with(0, request.action);
  });
  const auto ends = run();
  EXPECT_EQ(ends[0].state, State::not_started);
  EXPECT_EQ(ends[0].message, "the filter does not match any more");
  EXPECT_EQ(ends[1].state, State::unchanged);
}

TEST_F(RollingRunTest, ALostRunHasFailed) {
  add("n1", [](const messages::Request&) {
    return Told{{{"job", "j"}, {"state", "lost"}, {"last_lines", "oh"}}, 1, "the run was lost"};
  });
  const auto ends = run();
  EXPECT_EQ(ends[0].state, State::failed);
  EXPECT_EQ(ends[0].message, "its run was lost");
  EXPECT_EQ(ends[0].last_lines, "oh");
}

TEST_F(RollingRunTest, WhoDoesNotBeginSaysWhy) {
  add("n1", [](const messages::Request&) {
    return Told{Value::object(), 1, "Puppet is already running on this node, as process 7"};
  });
  add("n2", [](const messages::Request&) {
    return Told{Value::object(), 0, "no rule allows it", messages::Outcome::refused};
  });
  const auto ends = run();
  EXPECT_EQ(ends[0].state, State::not_started);
  EXPECT_EQ(ends[0].message, "Puppet is already running on this node, as process 7");
  EXPECT_EQ(ends[1].state, State::not_started);
  EXPECT_EQ(ends[1].message, "refused: no rule allows it");
}

TEST_F(RollingRunTest, WhoIsSilentIsSilentAndDoesNotHoldUpTheOthers) {
  run_.answer_limit = std::chrono::milliseconds(1'000);
  identities_.push_back("n0");
  add("n1", 0, 0);
  const auto ends = run();
  ASSERT_EQ(ends.size(), 2U);
  EXPECT_EQ(ends[0].state, State::silent);
  EXPECT_EQ(ends[0].message, "did not answer puppet#runonce within 1 s");
  EXPECT_EQ(ends[1].state, State::unchanged);
}

TEST_F(RollingRunTest, WhoDiesInMidRunIsSilentLongBeforeTheRunsLimit) {
  run_.silent_most = std::chrono::milliseconds(300);
  add_running("n1", [](const messages::Request&) { return std::nullopt; });
  const auto ends = run();
  EXPECT_EQ(ends[0].state, State::silent);
  EXPECT_THAT(ends[0].message, HasSubstr("nothing was heard for"));
  EXPECT_THAT(ends[0].message, HasSubstr("job j-n1: did not answer puppet#job within 0.1 s"));
  EXPECT_GE(asked().size(), 3U) << "a run may restart the agent: one missed question is no silence";
  EXPECT_LT(ends[0].took, run_.run_limit);
}

TEST_F(RollingRunTest, WhoIsSilentAtTheRunsLimitIsSilentToo) {
  run_.run_limit = std::chrono::seconds(1);
  run_.answer_limit = std::chrono::milliseconds(2'000);
  add_running("n1", [](const messages::Request&) { return std::nullopt; });
  EXPECT_EQ(run()[0].state, State::silent);
}

TEST_F(RollingRunTest, WhoMissesAQuestionOrIsBusyIsAskedAgain) {
  run_.answer_limit = std::chrono::milliseconds(1'000);
  add_running("n1", [count = 0](const messages::Request& request) mutable -> std::optional<Told> {
    ++count;
    if (count == 1) return std::nullopt;
    if (count == 2) return Told{Value::object(), 0, "too much to do", messages::Outcome::busy};
    return ended_with(2, request.action);
  });
  EXPECT_EQ(run()[0].state, State::changed);
}

TEST_F(RollingRunTest, ARunThatNeverEndsIsLeftAtItsLimitWithTheJobsName) {
  run_.run_limit = std::chrono::seconds(0);
  add("n1", 0, 1'000'000);
  const auto ends = run();
  EXPECT_EQ(ends[0].state, State::failed);
  EXPECT_THAT(ends[0].message, HasSubstr("still goes on after 0 s, as job j-n1"));
}

TEST_F(RollingRunTest, AnswersThatAreNoneAreFailuresOfTheirNodesAlone) {
  const std::vector<Value> odd{Value(),
                               Value("finished"),
                               Value::array({1}),
                               {{"state", 7}},
                               {{"state", "asleep"}},
                               {{"state", "finished"}},
                               {{"state", "finished"}, {"exit_code", "0"}},
                               {{"state", "finished"}, {"exit_code", std::int64_t{1} << 32}}};
  for (std::size_t i = 0; i < odd.size(); ++i) {
    const auto answer = [&data = odd[i]](const messages::Request&) { return Told{data}; };
    add("first" + std::to_string(i), answer);
    add_running("later" + std::to_string(i), answer);
  }
  add("nameless", [](const messages::Request&) {
    return Told{{{"state", "running"}, {"job", 5}}};
  });
  add("sound", 0, 1);
  for (const auto& end : run(4)) {
    EXPECT_EQ(end.state, end.identity == "sound" ? State::unchanged : State::failed)
        << end.identity;
    EXPECT_EQ(end.message.empty(), end.identity == "sound") << end.identity;
  }
}

TEST_F(RollingRunTest, RequestsLiveAsLongAsSaidAndAreAnsweredInTime) {
  run_.ttl = std::chrono::seconds(7);
  add("n1", 0, 1);
  run();
  const auto requests = asked();
  ASSERT_EQ(requests.size(), 2U);
  for (const auto& request : requests) EXPECT_EQ(request.ttl_s, 7U);
  const auto arguments = requests[0].arguments.value();
  EXPECT_EQ(arguments.at("wait_s"), 18) << "less than the 20 s of patience";
}

// What is said to a command line before anybody connects.
std::string error_of(Words words) {
  Program program;
  add_puppet(program);
  std::reverse(words.begin(), words.end());
  try {
    program.app->parse(words);
  } catch (const CLI::ParseError& error) {
    return usage_error(*program.app, error);
  }
  const auto code = program.chosen();
  return code ? "" : code.error().message;
}

TEST(PuppetRunCommandTest, WhatRollingRunsCannotFollowIsRefused) {
  for (const auto& option : std::vector<Words>{{"--batch", "2"},
                                               {"--batch-sleep", "3"},
                                               {"--max-failures", "1"},
                                               {"--jsonl"},
                                               {"--table"},
                                               {"--senders"},
                                               {"--display", "ok"},
                                               {"--filter-replies", "ok()"},
                                               {"--sort"},
                                               {"--quiet"}}) {
    Words words{"puppet", "runonce", "--concurrency", "2"};
    words.insert(words.end(), option.begin(), option.end());
    EXPECT_THAT(error_of(words), HasSubstr(option[0] + " has no meaning with --concurrency: "));
  }
  EXPECT_THAT(error_of({"puppet", "runonce", "--run-limit", "60"}),
              HasSubstr("--run-limit needs --concurrency"));
  EXPECT_THAT(error_of({"puppet", "runall", "2", "--batch", "2"}),
              HasSubstr("no option '--batch'"));
}

TEST(PuppetRunCommandTest, SoManyAtATimeIsOneToTheMost) {
  EXPECT_THAT(error_of({"puppet", "runonce", "--concurrency=-1"}), HasSubstr("-1 is negative"));
  const auto* range = "concurrency: must be from 1 to 200, not ";
  for (const std::string number : {"0", "201"}) {
    EXPECT_THAT(error_of({"puppet", "runonce", "--concurrency=" + number}),
                HasSubstr(range + number));
    EXPECT_THAT(error_of({"puppet", "runall", number}), HasSubstr(range + number));
  }
  EXPECT_THAT(error_of({"puppet", "runall", "x"}), HasSubstr("concurrency: x is no number"));
  EXPECT_NE(error_of({"puppet", "runall", "-1"}), "");
}

}  // namespace
}  // namespace muster::cli::puppet
