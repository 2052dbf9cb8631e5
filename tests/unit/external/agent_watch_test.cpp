#include "node-agent/external/agent_watch.hpp"

#include <gmock/gmock.h>

#include "node-agent/external/external_agent.hpp"
#include "proto/base/files.hpp"
#include "tests/support/fakes/fake_clock.hpp"
#include "tests/support/fakes/wait_until.hpp"
#include "tests/unit/external/surroundings.hpp"

namespace muster::external {
namespace {

using namespace std::chrono_literals;

class AgentWatchTest : public testing::Test {
 protected:
  void copy(const std::string& name) const {
    std::filesystem::create_directories(folder());
    for (const std::string& file : {name, name + ".json"})
      std::filesystem::copy_file(kAgents / "external" / file, folder() / file,
                                 std::filesystem::copy_options::overwrite_existing);
  }
  std::filesystem::path folder() const { return around_.node.folder / "agents"; }
  void start() {
    watch_ = std::make_unique<AgentWatch>(Folders{{folder()}, {}, {around_.node.folder / "data"}},
                                          around_.around, 5ms, clock_, table_, data_,
                                          [this] { ++changes_; });
    ASSERT_TRUE(watch_->wait_for_first_look(fakes::kPatience));
  }
  bool comes_to(const std::vector<std::string>& names) {
    return fakes::wait_until([&] {
      clock_.advance(1s);
      return table_.names() == names;
    });
  }

  TestSurroundings around_;
  fakes::FakeClock clock_;
  agent::AgentTable table_{{}};
  agent::DataTable data_;
  std::atomic<int> changes_{0};
  std::unique_ptr<AgentWatch> watch_;
};

TEST_F(AgentWatchTest, AfterTheFirstLookWhatIsThereIsOfferedOrDisabled) {
  copy("parrot");
  around_.node.folder.write("agents/broken.json", "{");
  start();
  const auto disabled = table_.disabled();
  ASSERT_FALSE(disabled.empty());
  EXPECT_EQ(disabled[0].name, "broken");
  EXPECT_EQ(changes_, 1);
  // A busy machine may need longer than an activation has: then it is asked again.
  EXPECT_TRUE(comes_to({"parrot"}));
}

TEST_F(AgentWatchTest, AgentsComeChangeAndGoWhileItRuns) {
  start();
  copy("parrot");
  ASSERT_TRUE(comes_to({"parrot"}));
  const auto old = table_.find("parrot");
  copy("abacus");
  ASSERT_TRUE(comes_to({"abacus", "parrot"}));
  around_.node.folder.write("agents/parrot.json", "{ half");
  ASSERT_TRUE(comes_to({"abacus"}));
  ASSERT_EQ(table_.disabled().size(), 1U);
  EXPECT_THAT(table_.disabled()[0].reason, testing::HasSubstr("not JSON"));
  EXPECT_EQ(TestSurroundings::call(*old, "repeat", {{"message", "on"}}).data["said"], "on")
      << "who began with it goes on with it";
  std::filesystem::remove_all(folder());
  ASSERT_TRUE(comes_to({}));
  EXPECT_TRUE(table_.disabled().empty());
}

TEST_F(AgentWatchTest, DataPluginsComeAndGoAsAgentsDo) {
  start();
  const auto& folder = around_.node.folder;
  std::filesystem::copy(kAgents / "data", folder / "data");
  const auto names = [this] { return data_.names(); };
  const auto tides = std::vector<std::string>{"tides"};
  const auto come = [&](const auto& wanted) {
    return fakes::wait_until([&] { return clock_.advance(1s), names() == wanted; });
  };
  ASSERT_TRUE(come(tides));
  std::filesystem::remove_all(folder / "data");
  EXPECT_TRUE(come(std::vector<std::string>()));
}

// A reload begins another watch while actions run.
TEST_F(AgentWatchTest, WhoeverFoundAnAgentGoesOnWithItAfterTheWatchHasEnded) {
  start();
  copy("parrot");
  ASSERT_TRUE(comes_to({"parrot"}));
  const auto found = table_.find("parrot");
  watch_.reset();
  EXPECT_EQ(TestSurroundings::call(*found, "repeat", {{"message", "on"}}).data["said"], "on");
}

TEST_F(AgentWatchTest, ANewWatchOverEmptyFoldersClearsWhatAnEarlierOneLeft) {
  start();
  copy("parrot");
  ASSERT_TRUE(comes_to({"parrot"}));
  watch_.reset();
  std::filesystem::remove_all(folder());
  start();
  EXPECT_TRUE(comes_to({}));
}

// More than are loaded at once: each is given up after its activation's limit.
TEST_F(AgentWatchTest, AFirstLookThatTakesLongIsNotWaitedFor) {
  copy("parrot");
  for (int i = 0; i < 8; ++i) {
    const auto name = "hanging" + std::to_string(i);
    auto ddl = Value::parse(base::read_file(kAgents / "external/parrot.json").value());
    ddl["metadata"]["name"] = name;
    around_.node.folder.write("agents/" + name + ".json", ddl.dump());
    around_.node.folder.write("agents/" + name, "#!/bin/sh\nexec sleep 3600\n", 0755);
  }
  watch_ = std::make_unique<AgentWatch>(Folders{{folder()}, {}, {}}, around_.around, 5ms, clock_,
                                        table_, data_, [this] { ++changes_; });
  EXPECT_FALSE(watch_->wait_for_first_look(10ms));
  EXPECT_EQ(changes_, 0);
  EXPECT_TRUE(comes_to({"parrot"})) << "it comes later, and is told";
  EXPECT_GE(changes_, 1);
}

TEST_F(AgentWatchTest, AnEndDoesNotWaitForAnActivationThatHangs) {
  copy("parrot");
  around_.node.folder.write(
      "agents/parrot",
      "#!/bin/sh\necho > " + (around_.node.folder / "begun").string() + "\nexec sleep 60\n", 0755);
  watch_ = std::make_unique<AgentWatch>(Folders{{folder()}, {}, {around_.node.folder / "data"}},
                                        around_.around, 5ms, clock_, table_, data_,
                                        [this] { ++changes_; });
  ASSERT_TRUE(
      fakes::wait_until([&] { return std::filesystem::exists(around_.node.folder / "begun"); }));
  const auto before = std::chrono::steady_clock::now();
  watch_.reset();
  EXPECT_LT(std::chrono::steady_clock::now() - before, kActivationLimit);
}

}  // namespace
}  // namespace muster::external
