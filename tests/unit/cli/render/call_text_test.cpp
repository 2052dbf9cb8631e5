#include "orchestrator/cli/render/call_text.hpp"

#include <gtest/gtest.h>

#include "tests/unit/cli/render/plain_style.hpp"
#include "tests/unit/cli/results.hpp"

namespace muster::cli::render {
namespace {

using client::Outcome;

CallFrame frame_of(std::size_t discovered) {
  CallFrame frame;
  frame.discovered = discovered;
  return frame;
}

ddl::Action status_action() {
  ddl::Action action;
  action.name = "status";
  action.outputs = {{"lastrun", "", "Last Run", "", {}}, {"status", "", "Status", "", {}}};
  return action;
}

TEST(NodeTextTest, DataStandsUnderTheLabelsOfTheDescription) {
  const auto node =
      node_result("n1", Outcome::ok, {{"lastrun", 1400000000}, {"status", "applied"}});
  EXPECT_EQ(node_text(node, status_action(), kPlain),
            "n1\n   Last Run: 1400000000\n     Status: applied\n\n");
}

TEST(NodeTextTest, AFailureSaysWhichAndWhy) {
  EXPECT_EQ(node_text(node_result("n1", Outcome::failed), status_action(), kPlain),
            "n1                                       Request Aborted\n   could not do it\n\n");
}

// An nrpe-style agent: status 1, and the reason is in its data.
TEST(NodeTextTest, AFailureShowsTheDataThatCameWithIt) {
  const auto node = node_result("n1", Outcome::failed,
                                {{"status", "CRITICAL: disk is full"}, {"lastrun", nullptr}});
  EXPECT_EQ(node_text(node, status_action(), kPlain),
            "n1                                       Request Aborted\n   could not do it\n"
            "   Status: CRITICAL: disk is full\n\n");
}

TEST(NodeTextTest, ARefusalIsNoFailure) {
  EXPECT_NE(node_text(node_result("n1", Outcome::refused), status_action(), kPlain).find("Refused"),
            std::string::npos);
}

TEST(NodeTextTest, LaterLinesOfAValueStandUnderItsFirst) {
  const auto node = node_result("n1", Outcome::ok, {{"status", "a\nb"}});
  EXPECT_EQ(node_text(node, status_action(), kPlain), "n1\n   Status: a\n           b\n\n");
}

TEST(NodeTextTest, ControlCharactersOfANodeAreShownNotObeyed) {
  auto node = node_result("n1", Outcome::failed);
  node.message = "\x1b[2Jgone";
  EXPECT_EQ(node_text(node, status_action(), kPlain).find('\x1b'), std::string::npos);
}

TEST(NodeTextTest, TellsWhatDidNotFit) {
  auto node = node_result("n1", Outcome::ok);
  node.left_out_bytes = 4096;
  EXPECT_NE(node_text(node, status_action(), kPlain).find("4096 bytes"), std::string::npos);
}

TEST(ShownTest, FollowsTheActionsDisplayRule) {
  const auto ok = node_result("n1", Outcome::ok);
  const auto failed = node_result("n2", Outcome::failed);
  const auto silent = node_result("n3", Outcome::silent);
  EXPECT_FALSE(shown(ok, ddl::Display::failed));
  EXPECT_TRUE(shown(failed, ddl::Display::failed));
  EXPECT_TRUE(shown(ok, ddl::Display::ok));
  EXPECT_FALSE(shown(failed, ddl::Display::ok));
  EXPECT_TRUE(shown(ok, ddl::Display::always));
  EXPECT_FALSE(shown(silent, ddl::Display::always)) << "it is named below";
}

TEST(ClosingTextTest, NamesTheSilent) {
  const auto result =
      call_result({node_result("n1", Outcome::ok), node_result("n2", Outcome::silent)});
  EXPECT_EQ(closing_text(frame_of(2), result, kPlain, 90),
            "Finished processing 1 / 2 hosts in 245.12 ms\n\nNo response from:\n\n   n2\n");
}

TEST(ClosingTextTest, OfABannedNodeItIsSaidWhyNobodyHearsIt) {
  auto result =
      call_result({node_result("n1", Outcome::silent), node_result("n2", Outcome::silent)});
  result.results[1].message = "'n2' is banned by alice since yesterday: stolen";
  EXPECT_EQ(missing_text(frame_of(2), result, kPlain, 90),
            "\nNo response from:\n\n   n1\n\nNot listened to:\n\n   'n2' is banned by alice since "
            "yesterday: stolen\n");
}

TEST(ClosingTextTest, TellsOfRepliesThatDidNotVerify) {
  auto result = call_result({node_result("n1", Outcome::ok)});
  result.unverified = 2;
  result.last_unverified = "n9: unknown CA";
  EXPECT_NE(closing_text(frame_of(1), result, kPlain, 90)
                .find("2 replies did not verify; the last: n9: unknown CA"),
            std::string::npos);
}

TEST(ClosingTextTest, NamesWhoCouldNotBeJudgedAndWhoWasNotAsked) {
  auto frame = frame_of(1);
  frame.undecided = {"n7"};
  frame.not_asked = {"n8", "n9"};
  frame.stopped = "2 failed or were silent";
  const auto text = closing_text(frame, call_result({node_result("n1", Outcome::ok)}), kPlain, 90);
  EXPECT_NE(text.find("Did not say whether the filter matches:\n\n   n7\n"), std::string::npos);
  EXPECT_NE(text.find("Not asked, because 2 failed or were silent:\n\n   n8"), std::string::npos);
}

TEST(ReportTextTest, CountsAndTimesStandBelowEachOther) {
  auto frame = frame_of(2);
  frame.agent = "rpcutil";
  frame.action = "ping";
  frame.discovery = "presence";
  frame.discovery_took = std::chrono::microseconds(4'880);
  frame.started_at_ms = 1'800'000'000'000;
  const auto result =
      call_result({node_result("n1", Outcome::ok), node_result("n2", Outcome::failed)});
  EXPECT_EQ(report_text(frame, result, kPlain, 90),
            "---- rpcutil#ping call stats ----\n"
            "           Nodes: 2 / 2\n"
            "     Pass / Fail: 1 / 1\n"
            "      Start Time: 2027-01-15T08:00:00.000Z\n"
            "       Discovery: presence\n"
            "  Discovery Time: 4.88 ms\n"
            "      Agent Time: 245.12 ms\n"
            "      Total Time: 250.00 ms\n"
            "         Request: 0123\n");
}

TEST(SummariesTest, ValuesAreCountedMostFrequentFirst) {
  auto action = status_action();
  action.aggregates = {{"summary", "status", "", {}}};
  const auto result = call_result({node_result("n1", Outcome::ok, {{"status", "stopped"}}),
                                   node_result("n2", Outcome::ok, {{"status", "idling"}}),
                                   node_result("n3", Outcome::ok, {{"status", "idling"}})});
  EXPECT_EQ(summaries_text(result, action, kPlain),
            "Summary of Status:\n\n    idling = 2\n   stopped = 1\n\n");
}

TEST(SummariesTest, WhatCouldNotBeComputedSaysWhy) {
  auto action = status_action();
  action.aggregates = {{"average", "lastrun", "", {}}, {"sum", "status", "", {}}};
  const auto result =
      call_result({node_result("n1", Outcome::ok, {{"lastrun", 1}, {"status", "x\x1b"}}),
                   node_result("n2", Outcome::ok, {{"lastrun", 2}})});
  EXPECT_EQ(summaries_text(result, action, kPlain),
            "Summary of Last Run:\n\n   Average of Last Run: 1.500000\n\n"
            "Summary of Status:\n\n"
            "   No aggregate summary could be computed: no node gave a number\n\n");
  EXPECT_EQ(summaries_json(result, action)["lastrun"], (Value{{"average", 1.5}, {"without", 0}}));
}

}  // namespace
}  // namespace muster::cli::render
