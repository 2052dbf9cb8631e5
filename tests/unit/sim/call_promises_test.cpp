#include "tests/sim/faults/call_promises.hpp"

#include <gmock/gmock.h>

namespace muster::sim {
namespace {

using client::NodeResult;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using namespace std::chrono_literals;

const std::chrono::steady_clock::time_point kEnd{10s};

NodeResult result(const std::string& name, client::Outcome outcome) {
  NodeResult node;
  node.identity = name;
  node.outcome = outcome;
  return node;
}

// n1 answered, n2 did not, and nothing is wrong.
CommandStory good() {
  CommandStory story;
  story.who = "alice";
  story.way = Way::by_name;
  story.discovered = {"n1", "n2"};
  AskedRequest request;
  request.by_name = true;
  request.expected = story.discovered;
  request.result.results = {result("n1", client::Outcome::ok),
                            result("n2", client::Outcome::silent)};
  request.told = {"n1"};
  request.ended = kEnd;
  request.heard_from = {{"n1", kEnd - 9s}};
  story.results = request.result.results;
  story.requests.push_back(std::move(request));
  return story;
}

TEST(CallPromisesTest, WhoAnsweredAndWhoWasSilentHaveOneOutcomeEach) {
  EXPECT_THAT(broken_call_promises(good()), IsEmpty());
}

TEST(CallPromisesTest, OneWhoseAnswerHadComeIsNotSilent) {
  auto story = good();
  story.requests[0].heard_from["n2"] = kEnd - 1ms;
  EXPECT_THAT(broken_call_promises(story),
              ElementsAre("alice, calling by name: n2 is named silent, and its answer had come"));
  story.requests[0].heard_from["n2"] = kEnd;
  EXPECT_THAT(broken_call_promises(story), IsEmpty()) << "in time or not, who knows";
}

TEST(CallPromisesTest, WhoSentNothingDidNotAnswer) {
  auto story = good();
  story.requests[0].heard_from.clear();
  EXPECT_THAT(broken_call_promises(story), ElementsAre(HasSubstr("n1 has an outcome, and no")));
}

TEST(CallPromisesTest, ANodeWithoutAnOutcomeIsMissed) {
  auto story = good();
  story.requests[0].result.results.pop_back();
  story.results.pop_back();
  EXPECT_THAT(broken_call_promises(story),
              ElementsAre(HasSubstr("n2 has no outcome"), HasSubstr("n2 has 0 outcomes")));
}

TEST(CallPromisesTest, ANodeWithTwoOutcomesIsNoticed) {
  auto story = good();
  story.requests[0].result.results.push_back(result("n1", client::Outcome::ok));
  EXPECT_THAT(broken_call_promises(story), ElementsAre(HasSubstr("n1 has 2 outcomes of one")));
}

TEST(CallPromisesTest, AStrangerHasNoOutcomeUnlessAllWereAskedAndItIsNamed) {
  auto story = good();
  auto& request = story.requests[0];
  request.result.results.push_back(result("n3", client::Outcome::ok));
  request.told.push_back("n3");
  request.heard_from["n3"] = kEnd - 1s;
  EXPECT_THAT(broken_call_promises(story), ElementsAre(HasSubstr("n3 has an outcome and was not")));
  request.by_name = false;
  EXPECT_THAT(broken_call_promises(story), ElementsAre(HasSubstr("n3 has an outcome and was not")));
  request.result.unexpected = {"n3"};
  EXPECT_THAT(broken_call_promises(story), IsEmpty());
}

TEST(CallPromisesTest, EachAnswerIsToldOnce) {
  auto story = good();
  story.requests[0].told = {"n1", "n1"};
  EXPECT_THAT(broken_call_promises(story), ElementsAre(HasSubstr("n1 was told twice")));
  story.requests[0].told.clear();
  EXPECT_THAT(broken_call_promises(story), ElementsAre(HasSubstr("nobody was told")));
}

TEST(CallPromisesTest, WhoWasNotAskedIsSaidNotToHaveBeen) {
  auto story = good();
  story.discovered.push_back("n9");
  EXPECT_THAT(broken_call_promises(story), ElementsAre(HasSubstr("n9 has 0 outcomes")));
  story.not_asked = {"n9"};
  EXPECT_THAT(broken_call_promises(story), IsEmpty());
  story.not_asked.push_back("n1");
  EXPECT_THAT(broken_call_promises(story),
              ElementsAre(HasSubstr("n1 has an outcome and is said"), HasSubstr("n1 has 2")));
}

TEST(CallPromisesTest, ACommandThatGaveUpIsHeldToWhatItHadSent) {
  auto story = good();
  story.gave_up = "the broker is not reached";
  story.results.clear();
  EXPECT_THAT(broken_call_promises(story), IsEmpty());
  story.requests[0].result.results.pop_back();
  EXPECT_THAT(broken_call_promises(story), ElementsAre(HasSubstr("n2 has no outcome")));
}

}  // namespace
}  // namespace muster::sim
