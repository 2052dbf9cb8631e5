#include "orchestrator/cli/node_ahead.hpp"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "orchestrator/workflow/parse.hpp"

namespace muster::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using Fate = workflow::Foreseen::Fate;

constexpr std::string_view kText = R"(name: w
steps:
  - {name: claim, do: claim}
  - {name: pick, do: pick-master, facts: [country]}
  - {name: clean, do: clean-certificates, when: joining}
  - {name: german, do: notify, when: master.facts.country=de}
)";

NodeNow::Master master(const std::string& name, const std::string& country) {
  NodeNow::Master out;
  out.candidate.identity = name;
  out.candidate.facts = {{"country", country}};
  out.candidate.healthy = true;
  out.ca = "ca of " + name;
  return out;
}

class NodeAheadTest : public testing::Test {
 protected:
  NodeAheadTest() {
    now_.identity = "n1";
    now_.masters = {master("m1", "de"), master("m2", "us"), master("m3", "de")};
    now_.masters[0].candidate.in_flight = 3;
    now_.masters[2].candidate.healthy = false;
    now_.masters[2].candidate.ill_because = "it is not online";
  }
  void record(const std::string& state, std::set<std::string> finished = {}) {
    client::Record record;
    record.identity = "n1";
    record.state = state;
    record.workflow = "w";
    record.workflow_hash = workflow_.hash;
    record.orchestrator = "cert=o1";
    record.finished = std::move(finished);
    now_.record = record;
  }
  void is_member() {
    client::Member member;
    member.identity = "n1";
    now_.member = std::make_shared<const client::Member>(member);
    now_.facts = Value{{"country", "us"}};
    now_.ca = "ca of m1";
  }
  NodeAhead ahead() const { return look_ahead(workflow_, now_); }
  std::vector<std::string> turns() const {
    std::vector<std::string> out;
    const auto looked = ahead();
    for (const auto& each : looked.masters)
      out.push_back(std::to_string(each.turn) + " " + each.identity + ": " + each.why);
    return out;
  }

  const workflow::Workflow workflow_ = workflow::parse_workflow(kText, "w.yaml").value();
  NodeNow now_;
};

TEST_F(NodeAheadTest, MastersStandInTheirTurnAndThoseWhoHaveNoneSayWhy) {
  record("waiting");
  now_.facts = Value{{"country", "de"}};
  EXPECT_THAT(turns(), ElementsAre("1 m1: country=de", HasSubstr("2 m2: the only one"),
                                   "0 m3: it is not online"));
}

TEST_F(NodeAheadTest, WithoutFactsTheLoadDecides) {
  record("waiting");
  EXPECT_THAT(turns(), ElementsAre("1 m2: least loaded of 2", "2 m1: the only one",
                                   "0 m3: it is not online"));
}

TEST_F(NodeAheadTest, ACaThatMayNotIssueTheNameSaysSo) {
  record("waiting");
  now_.masters[0].candidate.patterns = {"*.de"};
  EXPECT_THAT(turns(), testing::Contains("0 m1: its CA may not issue the name n1"));
}

TEST_F(NodeAheadTest, ARetiredMasterHasNoTurnAndSaysByWhomButForItsOwnMember) {
  record("waiting");
  now_.masters[0].candidate.retired_by = "alice";
  EXPECT_THAT(turns(), testing::Contains("0 m1: it is retired by alice"));
  is_member();
  EXPECT_THAT(turns(), testing::Contains("1 m1: its CA issued the node's certificate"));
}

TEST_F(NodeAheadTest, AMemberHasTheMasterThatIssuedItsCertificate) {
  record("waiting");
  is_member();
  EXPECT_THAT(turns(), testing::Contains("1 m1: its CA issued the node's certificate"));
  EXPECT_EQ(ahead().steps[2].fate, Fate::skipped);
}

TEST_F(NodeAheadTest, AChosenMasterIsNotChosenAgainAndItsFactsDecide) {
  record("waiting", {"claim", "pick"});
  now_.record->master = "m1";
  EXPECT_THAT(turns(), IsEmpty());
  EXPECT_EQ(ahead().steps[3].fate, Fate::open);
  client::Member member;
  member.facts = {{"country", "us"}};
  now_.master = std::make_shared<const client::Member>(member);
  EXPECT_EQ(ahead().steps[3].fate, Fate::skipped);
}

TEST_F(NodeAheadTest, WhatIsFinishedCountsNothingOnceTheRunIsOver) {
  record("finished", {"claim", "pick"});
  EXPECT_EQ(ahead().steps[1].fate, Fate::runs);
  EXPECT_THAT(ahead().next, HasSubstr("'muster provision again n1'"));
}

TEST_F(NodeAheadTest, WhoWaitsForAPersonSaysForWhat) {
  record("failed", {"claim"});
  EXPECT_THAT(ahead().next, HasSubstr("'muster provision retry n1' it goes on"));
  EXPECT_EQ(ahead().steps[0].fate, Fate::finished);
  now_.record.reset();
  is_member();
  EXPECT_THAT(ahead().next, HasSubstr("no orchestrator has told of it"));
}

TEST_F(NodeAheadTest, ANodeOfAnotherTextFinishesWithThatOne) {
  record("waiting", {"claim"});
  EXPECT_EQ(ahead().note, "");
  EXPECT_EQ(ahead().steps[0].fate, Fate::finished);
  now_.record->workflow_hash = "0123456789abcdef";
  EXPECT_THAT(ahead().note,
              HasSubstr("it finishes with the workflow that it began with, w 0123456789ab."));
  EXPECT_EQ(ahead().steps[0].fate, Fate::runs);
}

}  // namespace
}  // namespace muster::cli
