#include "node-agent/external/roster.hpp"

#include <gmock/gmock.h>

#include "tests/support/fakes/fake_clock.hpp"

namespace muster::external {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

class NamedAgent final : public plugins::Agent {
 public:
  explicit NamedAgent(const std::string& name, std::string stamp) {
    ddl_.name = name;
    ddl_.version = std::move(stamp);
  }
  const ddl::Agent& ddl() const override { return ddl_; }
  plugins::ActionReply handle(const plugins::ActionRequest&) override { return {}; }

 private:
  ddl::Agent ddl_;
};

class RosterTest : public testing::Test {
 protected:
  static AgentFile agent_file(const std::string& name, const std::string& stamp,
                              const std::string& folder = "/a") {
    return {Kind::choria, name, folder + "/" + name + ".json", folder + "/" + name, {}, stamp};
  }
  Loaded load(const AgentFile& agent_file) {
    ++loads_;
    if (agent_file.name.starts_with("bad")) return {{}, {}, "it is bad", false};
    if (agent_file.name.starts_with("late")) return {{}, {}, "it is late", true};
    if (agent_file.name.starts_with("foreign")) return {};
    if (agent_file.name.starts_with("wild")) throw std::runtime_error("something unforeseen");
    return {std::make_shared<NamedAgent>(agent_file.name, agent_file.stamp), {}, "", false};
  }
  // "name stamp" of each that is offered.
  std::vector<std::string> offered() const {
    std::vector<std::string> all;
    for (const auto& agent : roster_.agents())
      all.push_back(agent->ddl().name + " " + agent->ddl().version);
    return all;
  }
  std::vector<std::string> reasons() const {
    std::vector<std::string> all;
    for (const auto& each : roster_.disabled()) all.push_back(each.file + ": " + each.reason);
    return all;
  }

  fakes::FakeClock clock_;
  std::vector<AgentFile> found_;
  std::atomic<int> loads_{0};
  Roster roster_{[this] { return found_; },
                 [this](const AgentFile& agent_file) { return load(agent_file); }, clock_};
};

TEST_F(RosterTest, WhatIsThereAtTheStartIsLoadedAtOnceAndOnce) {
  found_ = {agent_file("wren", "1"), agent_file("bad", "1"), agent_file("foreign", "1")};
  EXPECT_TRUE(roster_.look());
  EXPECT_THAT(offered(), ElementsAre("wren 1"));
  EXPECT_THAT(reasons(), ElementsAre("/a/bad.json: it is bad"));
  clock_.advance(1h);
  EXPECT_FALSE(roster_.look());
  EXPECT_EQ(loads_, 3);
  EXPECT_EQ(roster_.next_look(10s), 10s);
}

TEST_F(RosterTest, WhatThrowsIsDisabledAlone) {
  found_ = {agent_file("wild", "1"), agent_file("wren", "1")};
  EXPECT_TRUE(roster_.look());
  EXPECT_THAT(offered(), ElementsAre("wren 1"));
  EXPECT_THAT(reasons(), ElementsAre("/a/wild.json: it cannot be loaded: something unforeseen"));
}

TEST_F(RosterTest, WhatComesLaterIsLoadedWhenItHasBeenStillForAWhile) {
  EXPECT_FALSE(roster_.look());
  found_ = {agent_file("wren", "half")};
  EXPECT_FALSE(roster_.look()) << "it may still be being written";
  EXPECT_EQ(roster_.next_look(10s), kGrace);
  clock_.advance(3s);
  found_ = {agent_file("wren", "whole")};
  EXPECT_FALSE(roster_.look());
  clock_.advance(3s);
  EXPECT_FALSE(roster_.look()) << "its last change is 3 s old";
  EXPECT_EQ(roster_.next_look(10s), 2s);
  clock_.advance(2s);
  EXPECT_TRUE(roster_.look());
  EXPECT_THAT(offered(), ElementsAre("wren whole"));
}

TEST_F(RosterTest, TheOldOneServesUntilTheNewOneIsStill) {
  found_ = {agent_file("wren", "1")};
  roster_.look();
  found_ = {agent_file("wren", "2")};
  EXPECT_FALSE(roster_.look());
  EXPECT_THAT(offered(), ElementsAre("wren 1"));
  clock_.advance(kGrace);
  EXPECT_TRUE(roster_.look());
  EXPECT_THAT(offered(), ElementsAre("wren 2"));
}

TEST_F(RosterTest, WhatIsTakenAwayIsGoneAtTheNextLook) {
  found_ = {agent_file("wren", "1"), agent_file("bad", "1")};
  roster_.look();
  found_ = {};
  EXPECT_TRUE(roster_.look());
  EXPECT_THAT(offered(), IsEmpty());
  EXPECT_THAT(reasons(), IsEmpty());
}

TEST_F(RosterTest, AnEarlierFolderHidesALaterOneAndThatIsTold) {
  found_ = {agent_file("wren", "1", "/a"), agent_file("wren", "2", "/b")};
  roster_.look();
  EXPECT_THAT(offered(), ElementsAre("wren 1"));
  EXPECT_THAT(reasons(), ElementsAre("/b/wren.json: /a/wren.json has the same name"));
  found_ = {agent_file("wren", "2", "/b")};
  EXPECT_TRUE(roster_.look());
  EXPECT_THAT(offered(), ElementsAre("wren 2"));
}

TEST_F(RosterTest, WhatAMomentsTroubleStoppedIsTriedAgain) {
  found_ = {agent_file("late", "1")};
  roster_.look();
  EXPECT_EQ(loads_, 1);
  auto wait = kTryAgainAfter;
  for (int loads = 2; loads < 12; ++loads) {
    clock_.advance(wait - 1s);
    EXPECT_FALSE(roster_.look());
    clock_.advance(1s);
    EXPECT_TRUE(roster_.look());
    EXPECT_EQ(loads_, loads);
    wait = std::min(2 * wait, kTryAgainAtMost);
  }
}

TEST_F(RosterTest, ManyAreLoadedSideBySide) {
  for (int i = 0; i < 50; ++i) found_.push_back(agent_file("wren" + std::to_string(i), "1"));
  EXPECT_TRUE(roster_.look());
  EXPECT_EQ(roster_.agents().size(), 50U);
  EXPECT_EQ(loads_, 50);
}

}  // namespace
}  // namespace muster::external
