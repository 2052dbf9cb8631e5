// The data plugins about Puppet, packages and services.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "plugins/data/package/package_data.hpp"
#include "plugins/data/puppet/puppet_data.hpp"
#include "plugins/data/puppet/resource_data.hpp"
#include "plugins/data/service/service_data.hpp"
#include "proto/ddl/texts.hpp"
#include "tests/support/node/test_node.hpp"

namespace muster::plugins::data {
namespace {

class DataSystemTest : public testing::Test {
 protected:
  // Every answer has the described outputs, all of them, and no others.
  static Value answer_of(DataPlugin& plugin, const std::optional<std::string>& argument) {
    const auto data = plugin.query(argument);
    EXPECT_TRUE(data) << (data ? "" : data.error().message);
    if (!data) return Value::object();
    EXPECT_EQ(data->size(), plugin.ddl().outputs.size());
    for (const auto& output : plugin.ddl().outputs)
      EXPECT_TRUE(data->contains(output.name)) << output.name;
    return *data;
  }

  base::SystemClock clock_;
  test::TestNode node_{"n1.example", clock_};
};

TEST_F(DataSystemTest, PuppetSaysWhatItsStatusSays) {
  PuppetData puppet(ddl::built_in_data("puppet").value(), node_);
  EXPECT_EQ(answer_of(puppet, std::nullopt).at("since_lastrun"), -1);
  node_.folder.write("var/state/agent_disabled.lock", R"({"disabled_message": "freeze"})");
  const auto data = answer_of(puppet, std::nullopt);
  EXPECT_EQ(data.at("enabled"), false);
  EXPECT_EQ(data.at("disable_message"), "freeze");
  EXPECT_EQ(data.at("status"), "disabled");
}

TEST_F(DataSystemTest, ResourceKnowsWhatIsManagedAndHowTheLastRunWent) {
  ResourceData resource(ddl::built_in_data("resource").value(), node_);
  auto data = answer_of(resource, "file[/etc/motd]");
  EXPECT_EQ(data.at("managed"), false);
  EXPECT_EQ(data.at("failed_resources"), -1) << "no run yet";
  node_.folder.write("var/state/resources.txt", "file[/etc/motd]\n");
  node_.folder.write("var/public/last_run_summary.yaml",
                     "---\nresources:\n  failed: 2\ntime:\n  total: 1.5\n  last_run: 5\n");
  data = answer_of(resource, "File[/etc/motd]");
  EXPECT_EQ(data.at("managed"), true);
  EXPECT_EQ(data.at("failed_resources"), 2);
  EXPECT_EQ(data.at("total_time"), 1.5);
  EXPECT_EQ(answer_of(resource, std::nullopt).at("managed"), false);
}

TEST_F(DataSystemTest, PackageHasAVersionOnlyWhenItIsInstalled) {
  for (const char* program : {"apt-get", "apt-cache"})
    node_.folder.write(std::string("bin/") + program, "#!/bin/sh\n", 0755);
  node_.folder.write("bin/dpkg-query",
                     "#!/bin/sh\nfor last; do :; done\n"
                     "[ $last = bash ] && echo 'ii |5.2-1|amd64|bash' && exit\nexit 1\n",
                     0755);
  PackageData package(ddl::built_in_data("package").value(), node_,
                      packages::Programs{{node_.folder / "bin"}});
  ASSERT_TRUE(package.active());
  auto data = answer_of(package, "bash");
  EXPECT_EQ(data.at("status"), "5.2-1");
  EXPECT_EQ(data.at("version"), "5.2-1");
  EXPECT_EQ(data.at("installed"), true);
  data = answer_of(package, "nosuch");
  EXPECT_EQ(data.at("status"), "purged");
  EXPECT_EQ(data.at("version"), "");
  EXPECT_EQ(package.query("--all").error().code, Errc::invalid_data);
}

TEST_F(DataSystemTest, ServiceWithoutABusIsAnError) {
  ServiceData service(ddl::built_in_data("service").value(), node_, {"unix:path=/nowhere/bus"});
  EXPECT_EQ(service.query("nginx").error().code, Errc::unavailable);
  EXPECT_EQ(service.query("a.target").error().code, Errc::invalid_data);
}

}  // namespace
}  // namespace muster::plugins::data
