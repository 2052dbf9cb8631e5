// Machines whose clock is an hour off: the real programs, which libfaketime tells another time.
#include <gmock/gmock.h>

#include <csignal>

#include "tests/integration/cli/fleet.hpp"

namespace muster::test {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

// Seconds, with their sign.
constexpr auto kAhead = "+3600";
constexpr auto kBehind = "-3600";

// Clocks that only run on are left alone, as on a machine whose time of day is wrong.
std::vector<std::string> with_clock(const std::string& offset) {
  return {"/usr/bin/env", "LD_PRELOAD=" MUSTER_FAKETIME, "FAKETIME=" + offset,
          "FAKETIME_DONT_FAKE_MONOTONIC=1"};
}

class ClockTest : public FleetTest {
 protected:
  static bool becomes(const std::string& identity, const std::string& state) {
    return fakes::wait_until([&] {
      const auto shown = muster({"provision", "show", identity, "--json"});
      return shown.exit_code == 0 && shown.json().value("state", "") == state;
    });
  }
  static std::string pinged(const std::string& identity) {
    const auto done = muster({"ping", "-I", identity, "-t", "3"});
    return done.out + done.err;
  }
  // From its token to a member of the bus, by the time that the orchestrator's signed answer tells.
  static void join(Node& node, const std::string& offset) {
    const auto& identity = node.identity();
    node.give_token({"--replace"});
    node.start(with_clock(offset));
    ASSERT_TRUE(node.agent().says("in the join zone")) << node.agent().output();
    write_ssldir(fleet().file("ssl"), identity, fleet().puppet_ca().issue_node(identity),
                 fleet().puppet_ca().certificate());
    const auto orchestrator = fleet().start_orchestrator(
        fleet().folder().write("clock.yaml",
                               "name: clock\nlease_s: 60\nsteps:\n"
                               "  - {name: claim, do: claim}\n"
                               "  - {name: enter, do: enter-collective, timeout_s: 30}\n"
                               "  - {name: finish, call: provision#finish, on: node}\n"));
    EXPECT_TRUE(becomes(identity, "finished")) << orchestrator->output() << node.agent().output();
    EXPECT_THAT(node.agent().output(), HasSubstr("judging time by the orchestrator's"));
    EXPECT_THAT(muster({"find"}).lines(), Contains(identity));
    EXPECT_THAT(pinged(identity), Not(HasSubstr("clock")));
  }
  // A member that starts anew has nobody's time but its own.
  static void start_again(Node& node, const std::string& offset) {
    std::filesystem::remove(node.file("join.token"));
    node.agent().signal(SIGTERM);
    ASSERT_EQ(node.agent().wait(), 0) << node.agent().output();
    node.start(with_clock(offset));
    ASSERT_TRUE(fakes::wait_until([&] {
      return pinged(node.identity()).find("check both clocks") != std::string::npos;
    })) << node.agent().output();
    EXPECT_THAT(muster({"find"}).lines(), Not(Contains(node.identity())))
        << "its presence is not of now";
  }
};

TEST_F(ClockTest, AMachineAnHourAheadJoinsAndLaterTakesRequestsForTooLate) {
  Node node(fleet(), {"n8.example.test", "de", 1, {"base"}, ""});
  join(node, kAhead);
  start_again(node, kAhead);
  EXPECT_THAT(pinged(node.identity()), HasSubstr("s after its time to live ended"));
}

TEST_F(ClockTest, AMachineAnHourBehindJoinsAndLaterTakesRequestsForTooEarly) {
  Node node(fleet(), {"n9.example.test", "de", 1, {"base"}, ""});
  join(node, kBehind);
  start_again(node, kBehind);
  EXPECT_THAT(pinged(node.identity()), HasSubstr("s in the future by this node's clock"));
}

// Nobody is held up by it: nodes go on answering.
TEST_F(ClockTest, AnOrchestratorAnHourOffCarriesNoOrderOutAndSaysWhy) {
  for (const auto* offset : {kAhead, kBehind}) {
    SCOPED_TRACE(offset);
    const auto orchestrator = fleet().start_orchestrator({}, with_clock(offset));
    const auto asked = muster({"node", "ban", "n1.example.test", "--reason", "odd"});
    EXPECT_NE(asked.exit_code, 0);
    EXPECT_THAT(asked.err, HasSubstr("check both clocks"));
    EXPECT_EQ(muster({"ping", "-I", "n1.example.test"}).exit_code, 0);
  }
}

}  // namespace
}  // namespace muster::test
