// A machine with a token alone, from the join zone to a member that has had its first run of Puppet. Its certificate
// comes by hand, where a master would sign it.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <sys/stat.h>

#include <fstream>
#include <sstream>

#include "proto/base/files.hpp"
#include "tests/integration/cli/fleet.hpp"

namespace muster::test {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

// Lines of an agent's log that are warnings, errors or no lines of a log at all.
std::vector<std::string> complaints(Node& node) {
  std::vector<std::string> lines;
  std::istringstream log(node.agent().output());
  for (std::string line; std::getline(log, line);)
    if (line.find("Z info ") == std::string::npos && line.find("Z debug ") == std::string::npos)
      lines.push_back(line);
  return lines;
}

class JoinTest : public FleetTest {
 protected:
  static constexpr auto kNew = "n9.example.test";

  void SetUp() override {
    FleetTest::SetUp();
    workflow_ = fleet().folder().write(
        "join.yaml",
        "name: join\nlease_s: 60\nsteps:\n"
        "  - {name: claim, do: claim}\n"
        "  - {name: enter, do: enter-collective, timeout_s: 30}\n"
        "  - {name: bootstrap-run, do: puppet-run, with: {environment: bootstrap}, timeout_s: 60}\n"
        "  - {name: production-run, do: puppet-run, with: {environment: production}, timeout_s: "
        "60}\n"
        "  - {name: finish, call: provision#finish, on: node}\n");
  }

  // Debian's for all but runs. The first changes a class and a fact, the second takes until somebody lets it go.
  void give_puppet() const {
    const auto home = node_.file("").string();
    node_.write("puppet",
                "#!/bin/sh\n[ \"$1\" = agent ] || exec /usr/bin/puppet \"$@\"\ncase \"$*\" in "
                "*bootstrap*)\n"
                "echo role::fresh >>" +
                    home +
                    "classes.txt\n"
                    "sed -i 's/country: .*/country: fresh/' " +
                    home +
                    "facts.d/place.yaml\nexit 2;; esac\n"
                    "echo begun >" +
                    home + "second\nread x <" + home + "go\n");
    std::filesystem::permissions(node_.file("puppet"), std::filesystem::perms(0755));
    ASSERT_EQ(::mkfifo(node_.file("go").c_str(), 0600), 0);
    auto text =
        node_.config_text("facts_interval_s: 3600\nregistration: {interval_s: 3600, splay_s: 0}\n");
    text.insert(text.find("  cadir: "),
                "  program: " + home + "puppet\n  vardir: " + home + "var\n");
    node_.write("agent.yaml", text);
  }
  static bool found(const std::string& method) {
    const auto asked = muster({"find", "-S", "role::fresh and country=fresh", "--dm", method});
    return asked.lines() == std::vector<std::string>{kNew};
  }
  static std::string state() {
    const auto shown = muster({"provision", "show", kNew, "--json"});
    return shown.exit_code == 0 ? shown.json().value("state", "") : shown.err;
  }
  Node node_{fleet(), {kNew, "de", 1, {"base"}, ""}};
  std::filesystem::path workflow_;
};

TEST_F(JoinTest, AfterTheBootstrapRunTheNextStepFindsWhatItChangedAndNothingWasWarnedOf) {
  node_.give_token({"--replace"});
  give_puppet();
  node_.start();
  ASSERT_TRUE(node_.agent().says("in the join zone")) << node_.agent().output();
  write_ssldir(fleet().file("ssl"), kNew, fleet().puppet_ca().issue_node(kNew),
               fleet().puppet_ca().certificate());
  const auto orchestrator = fleet().start_orchestrator(workflow_);
  ASSERT_TRUE(fakes::wait_until([&] { return std::filesystem::exists(node_.file("second")); }))
      << orchestrator->output() << node_.agent().output();
  EXPECT_TRUE(found("presence")) << node_.agent().output();
  EXPECT_TRUE(fakes::wait_until([] { return found("registry"); })) << node_.agent().output();
  std::ofstream(node_.file("go")) << "go\n";
  EXPECT_TRUE(fakes::wait_until([] { return state() == "finished"; })) << state();
  EXPECT_THAT(node_.agent().output(), HasSubstr("on the bus as n9.example.test"));
  EXPECT_THAT(complaints(node_), IsEmpty());
}

// The broker refuses a new master until its CA is endorsed and its list delivered: as it must be.
TEST_F(JoinTest, AMasterThatJoinsWarnsOfNothingEither) {
  const auto orchestrator = fleet().start_orchestrator(workflow_);
  Node master(fleet(), {"m9.example.test", "de", 1, {"base"}, ""});
  const TestCa ca("Puppet CA: m9");
  master.write("ca/ca_crt.pem", ca.certificate().pem());
  master.write("ca/ca_crl.pem", ca.crl().pem());
  const auto ssldir = master.file("ssl");
  write_ssldir(ssldir, master.identity(), ca.issue_node(master.identity()), ca.certificate());
  auto text = master.config_text(fmt::format("masters_port: {}\n", fleet().masters_port()));
  const auto shared = fleet().file("ssl").string();
  text.replace(text.find(shared), shared.size(), ssldir.string());
  master.write("agent.yaml", text);
  master.give_token({"--master", "--issues", "*.m9.test"});
  master.start();
  ASSERT_TRUE(master.agent().says("on the bus as m9.example.test"))
      << master.agent().output() << orchestrator->output();
  EXPECT_THAT(master.agent().output(), HasSubstr("does not know our certificate yet; joining"));
  EXPECT_THAT(complaints(master), IsEmpty());
}

}  // namespace
}  // namespace muster::test
