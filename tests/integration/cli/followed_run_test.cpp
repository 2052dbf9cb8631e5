// An orchestrator that is told to stop, or to read its files again, while it follows a run of Puppet that takes long.
#include <gmock/gmock.h>
#include <sys/stat.h>

#include <csignal>
#include <fstream>
#include <sstream>

#include "proto/base/files.hpp"
#include "tests/integration/cli/fleet.hpp"

namespace muster::test {
namespace {

using testing::HasSubstr;

constexpr std::chrono::seconds kStopsWithin{10};
// As NodeRun asks after a run that it follows: every 5 s. Two askings come no closer, however the clocks round.
constexpr std::chrono::milliseconds kAskedNoSooner{4'500};

class FollowedRunTest : public FleetTest {
 protected:
  static constexpr auto kOne = "n1.example.test";

  static Node& node() { return fleet().node(kOne); }

  // A Puppet whose run takes until somebody lets it go.
  void SetUp() override {
    FleetTest::SetUp();
    const auto home = node().file("").string();
    node().write("puppet", "#!/bin/sh\n[ \"$1\" = agent ] || exit 0\necho begun >>" + home +
                               "runs\nread x <" + home + "go\n");
    std::filesystem::permissions(node().file("puppet"), std::filesystem::perms(0755));
    ASSERT_EQ(::mkfifo(node().file("go").c_str(), 0600), 0);
    auto text = node().config_text();
    text.insert(text.find("  cadir: "),
                "  program: " + home + "puppet\n  vardir: " + home + "var\n");
    node().write("agent.yaml", text);
    node().agent().signal(SIGTERM);
    ASSERT_EQ(node().agent().wait(), 0);
    node().start();
    ASSERT_TRUE(fleet().all_online());
    workflow_ = fleet().folder().write("slow.yaml",
                                       "name: slow\nlease_s: 60\nsteps:\n"
                                       "  - {name: claim, do: claim}\n"
                                       "  - name: production-run\n    do: puppet-run\n"
                                       "    with: {environment: production}\n"
                                       "  - {name: finish, call: provision#finish, on: node}\n");
    orchestrator_ = fleet().start_orchestrator(workflow_);
    const auto again = muster({"provision", "again", kOne});
    ASSERT_EQ(again.exit_code, 0) << again.err;
    ASSERT_TRUE(fakes::wait_until([] { return !asked("run").empty(); })) << orchestrator_->output();
  }

  // When the node was asked for this action of its agent `provision`, in milliseconds, from its own audit.
  static std::vector<std::chrono::milliseconds> asked(const std::string& action) {
    std::vector<std::chrono::milliseconds> at;
    std::istringstream lines(base::read_file(node().file("state/audit.log")).value_or(""));
    for (std::string line; std::getline(lines, line);) {
      const auto said = Value::parse(line);
      if (said.at("kind") == "request" && said.value("agent", "") == "provision" &&
          said.value("action", "") == action)
        at.push_back(moment(said.at("time")));
    }
    return at;
  }
  static std::chrono::milliseconds moment(const std::string& iso8601) {
    std::tm parts{};
    const char* rest = ::strptime(iso8601.c_str(), "%Y-%m-%dT%H:%M:%S", &parts);
    EXPECT_TRUE(rest != nullptr && *rest == '.') << iso8601;
    return std::chrono::seconds(::timegm(&parts)) +
           std::chrono::milliseconds(std::stoi(rest == nullptr ? "0" : rest + 1));
  }
  static bool is_followed(std::size_t times_at_least) {
    return fakes::wait_until([&] { return asked("job").size() >= times_at_least; });
  }
  static std::string runs() { return base::read_file(node().file("runs")).value_or(""); }
  static std::string state() {
    const auto shown = muster({"provision", "show", kOne, "--json"});
    return shown.exit_code == 0 ? shown.json().value("state", "") : shown.err;
  }

  std::filesystem::path workflow_;
  std::unique_ptr<Daemon> orchestrator_;
};

TEST_F(FollowedRunTest, WhoeverRereadsOrStopsAsksTheNodeNoMoreAndTheRunGoesOn) {
  ASSERT_TRUE(is_followed(1)) << orchestrator_->output();

  // SIGHUP: nothing is asked until the new one follows, and then at its pace.
  const auto before_reload = asked("job").size();
  const auto log_before = orchestrator_->output().size();
  orchestrator_->signal(SIGHUP);
  ASSERT_TRUE(orchestrator_->says("orchestrating", log_before)) << orchestrator_->output();
  ASSERT_TRUE(is_followed(before_reload + 2)) << orchestrator_->output();
  const auto followed = asked("job");
  for (auto i = before_reload; i < followed.size(); ++i)
    EXPECT_GT(followed[i] - followed[i - 1], kAskedNoSooner) << "asking " << i;

  // SIGTERM: the last asking may be on its way.
  const auto before_stop = asked("job").size();
  orchestrator_->signal(SIGTERM);
  EXPECT_EQ(orchestrator_->wait(kStopsWithin), 0) << orchestrator_->output();
  EXPECT_LE(asked("job").size(), before_stop + 1);
  EXPECT_THAT(orchestrator_->output(), HasSubstr("the run goes on without it"));
  EXPECT_EQ(state(), "waiting");

  // Whoever comes next finds the run that there is.
  orchestrator_ = fleet().start_orchestrator(workflow_);
  ASSERT_TRUE(is_followed(before_stop + 2)) << orchestrator_->output();
  std::ofstream(node().file("go")) << "go\n";
  EXPECT_TRUE(fakes::wait_until([] { return state() == "finished"; }))
      << state() << orchestrator_->output();
  EXPECT_EQ(runs(), "begun\n");
}

}  // namespace
}  // namespace muster::test
