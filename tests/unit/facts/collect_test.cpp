#include "plugins/facts/collect.hpp"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "proto/base/child.hpp"
#include "tests/support/fakes/temp_folder.hpp"

namespace muster::facts {
namespace {

using ::testing::AnyOf;
using ::testing::HasSubstr;

class CollectTest : public ::testing::Test {
 protected:
  fakes::TempFolder root;
  Value facts = Value::object();
};

TEST_F(CollectTest, DebianTakesThePointReleaseFromItsOwnFile) {
  root.write("etc/os-release",
             "PRETTY_NAME=\"Debian GNU/Linux 12 "
             "(bookworm)\"\nVERSION_ID=\"12\"\nVERSION_CODENAME=bookworm\nID=debian\n");
  root.write("etc/debian_version", "12.11\n");
  add_os(root.path(), facts);
  EXPECT_EQ(facts["os"]["name"], "Debian");
  EXPECT_EQ(facts["os"]["family"], "Debian");
  EXPECT_EQ(facts["os"]["release"], (Value{{"full", "12.11"}, {"major", "12"}, {"minor", "11"}}));
  EXPECT_EQ(facts["os"]["distro"]["codename"], "bookworm");
}

TEST_F(CollectTest, UbuntusMajorReleaseIsTheWholeNumber) {
  root.write("etc/os-release", "ID=ubuntu\nID_LIKE=debian\nVERSION_ID=\"22.04\"\n");
  root.write("etc/debian_version", "bookworm/sid\n");
  add_os(root.path(), facts);
  EXPECT_EQ(facts["os"]["name"], "Ubuntu");
  EXPECT_EQ(facts["os"]["release"], (Value{{"full", "22.04"}, {"major", "22.04"}}));
}

TEST_F(CollectTest, UnknownDistributionTakesTheFamilyOfItsRelatives) {
  root.write("etc/os-release", "ID=newone\nID_LIKE=\"strange rhel fedora\"\nVERSION_ID=3\n");
  add_os(root.path(), facts);
  EXPECT_EQ(facts["os"]["name"], "newone");
  EXPECT_EQ(facts["os"]["family"], "RedHat");
}

TEST_F(CollectTest, ProcessorsAreCountedWithCoresAndThreads) {
  std::string cpuinfo;
  for (int i = 0; i < 8; ++i)
    cpuinfo += "processor\t: " + std::to_string(i) +
               "\nmodel name\t: Example 9\nphysical id\t: " + std::to_string(i / 4) +
               "\nsiblings\t: 4\ncpu cores\t: 2\n\n";
  root.write("proc/cpuinfo", cpuinfo);
  add_processors(root.path(), facts);
  EXPECT_EQ(facts["processors"]["count"], 8);
  EXPECT_EQ(facts["processors"]["physicalcount"], 2);
  EXPECT_EQ(facts["processors"]["cores"], 2);
  EXPECT_EQ(facts["processors"]["threads"], 2);
  EXPECT_EQ(facts["processors"]["models"][7], "Example 9");
}

TEST_F(CollectTest, MemoryHasBytesAndWords) {
  root.write("proc/meminfo",
             "MemTotal:       24684084 kB\nMemAvailable:    6171021 kB\nSwapTotal: 0 kB\n");
  add_memory(root.path(), facts);
  const auto& system = facts["memory"]["system"];
  EXPECT_EQ(system["total_bytes"], 25276502016);
  EXPECT_EQ(system["total"], "23.54 GiB");
  EXPECT_EQ(system["capacity"], "75.00%");
  EXPECT_FALSE(facts["memory"].contains("swap"));
}

TEST_F(CollectTest, UptimeIsWrittenAsFacterDoes) {
  const auto words = [this](const char* text) {
    root.write("proc/uptime", text);
    add_uptime(root.path(), facts);
    return facts["system_uptime"]["uptime"];
  };
  EXPECT_EQ(words("4140.05 8020.11\n"), "1:09 hours");
  EXPECT_EQ(facts["system_uptime"]["seconds"], 4140);
  EXPECT_EQ(words("90000.0 1.0\n"), "1 day");
  EXPECT_EQ(words("900000.0 1.0\n"), "10 days");
}

TEST_F(CollectTest, FirmwareTellsTheHypervisor) {
  root.write("sys/class/dmi/id/sys_vendor", "VMware, Inc.\n");
  add_virtualization(root.path(), facts);
  EXPECT_EQ(facts["virtual"], "vmware");
  EXPECT_EQ(facts["is_virtual"], true);
}

TEST_F(CollectTest, ContainerCountsBeforeItsHost) {
  root.write("sys/class/dmi/id/sys_vendor", "QEMU\n");
  root.write(".dockerenv", "");
  add_virtualization(root.path(), facts);
  EXPECT_EQ(facts["virtual"], "docker");
}

TEST_F(CollectTest, DomainComesFromHostsBeforeTheResolver) {
  root.write("etc/resolv.conf", "search resolver.example\n");
  add_networking(root.path(), facts);
  const auto hostname = facts["networking"]["hostname"].get<std::string>();
  ASSERT_FALSE(hostname.empty());
  // A host name that holds its domain needs neither file.
  if (facts["networking"]["domain"] != "resolver.example") return;
  EXPECT_EQ(facts["networking"]["fqdn"], hostname + ".resolver.example");
  root.write("etc/hosts", "127.0.0.1 localhost\n10.0.0.1 " + hostname + ".hosts.example " +
                              hostname + " # us\n");
  add_networking(root.path(), facts);
  EXPECT_EQ(facts["networking"]["domain"], "hosts.example");
}

TEST_F(CollectTest, MachineThatTellsNothingGivesFewFactsAndNoError) {
  facts = collect_own(root.path());
  EXPECT_EQ(facts["kernel"], "Linux");
  EXPECT_FALSE(facts.contains("memory"));
}

TEST_F(CollectTest, LoopbackOfThisMachineIsFound) {
  add_networking("/", facts);
  const auto& lo = facts["networking"]["interfaces"]["lo"];
  EXPECT_EQ(lo["ip"], "127.0.0.1");
  EXPECT_EQ(lo["netmask"], "255.0.0.0");
  EXPECT_EQ(lo["network"], "127.0.0.0");
}

TEST_F(CollectTest, LegacyNamesFollowTheStructuredOnes) {
  facts = collect_own("/");
  EXPECT_EQ(facts["osfamily"], facts["os"]["family"]);
  EXPECT_EQ(facts["hostname"], facts["networking"]["hostname"]);
  EXPECT_EQ(facts["processorcount"], facts["processors"]["count"]);
  EXPECT_THAT(facts["interfaces"].get<std::string>(), HasSubstr("lo"));
}

TEST_F(CollectTest, FacterAgreesWithUsAboutThisMachine) {
  base::ChildSpec facter;
  facter.argv = {"facter",
                 "--json",
                 "--show-legacy",
                 "os",
                 "kernel",
                 "kernelrelease",
                 "kernelversion",
                 "kernelmajversion",
                 "networking.hostname",
                 "networking.interfaces.lo",
                 "processors.count",
                 "memory.system.total_bytes",
                 "architecture",
                 "hardwaremodel",
                 "operatingsystem",
                 "osfamily"};
  facter.timeout = std::chrono::seconds(60);
  const auto result = base::run_child(facter);
  ASSERT_TRUE(result) << result.error().message;
  const auto theirs = Value::parse(result->out).flatten();
  const auto ours = collect_own("/");
  for (const auto& [pointer, value] : theirs.items()) {
    // They are printed under their dotted names: "/networking.hostname" is our
    // "/networking/hostname".
    std::string path = pointer;
    std::replace(path.begin(), path.end(), '.', '/');
    if (path.find("/flags") != std::string::npos) continue;
    ASSERT_TRUE(ours.contains(Value::json_pointer(path))) << path;
    EXPECT_EQ(ours[Value::json_pointer(path)], value) << path;
  }
}

}  // namespace
}  // namespace muster::facts
