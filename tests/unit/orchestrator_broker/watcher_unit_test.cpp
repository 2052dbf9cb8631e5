// The unit of the watcher against what `muster broker config` makes and `muster init` writes.
#include <gtest/gtest.h>
#include <pwd.h>
#include <unistd.h>

#include <sstream>

#include "orchestrator/broker/broker_config.hpp"
#include "orchestrator/broker/broker_folder.hpp"
#include "proto/base/files.hpp"
#include "tests/support/fakes/temp_folder.hpp"
#include "tests/support/pki/test_pki.hpp"

namespace muster::broker {
namespace {

std::string value_of(const std::string& unit, const std::string& key) {
  std::istringstream lines(unit);
  for (std::string line; std::getline(lines, line);)
    if (line.starts_with(key + "=")) return line.substr(key.size() + 1);
  return {};
}

TEST(WatcherUnitTest, ItWatchesTheFolderThatBrokerConfigMakes) {
  const test::TestPki pki;
  const fakes::TempFolder here;
  BrokerConfig config;
  config.folder = here / "broker";
  config.operator_root = pki.folder() / "root.pem";
  config.orchestrator_root = pki.folder() / "orchestrator-root.pem";
  config.certificate = pki.folder() / "broker.pem";
  config.key = pki.folder() / "broker.key";
  config.join_passwords = {{"join", "secret"}};
  config.run_as = ::getpwuid(::geteuid())->pw_name;
  const auto written = write_config(config);
  ASSERT_TRUE(written) << written.error().message;
  const auto unit = base::read_file(MUSTER_WATCHER_UNIT).value();
  const auto start = value_of(unit, "ExecStart");
  constexpr std::string_view kStart =
      "/usr/bin/muster --config /etc/muster/watcher.yaml broker watch --dir ";
  ASSERT_TRUE(start.starts_with(kStart)) << start;
  const auto folder = BrokerFolder{start.substr(kStart.size())};
  std::string all_that_it_writes;
  for (const auto& path : {folder.capath(), folder.revoked(), folder.roots("operators"),
                           folder.roots("orchestrators"), folder.access()})
    all_that_it_writes += (all_that_it_writes.empty() ? "" : " ") + path.string();
  EXPECT_EQ(value_of(unit, "ReadWritePaths"), all_that_it_writes);
  EXPECT_EQ(folder.capath().filename(), written->capath.filename());
  EXPECT_TRUE(std::filesystem::is_directory(BrokerFolder{config.folder}.local_crls()));
}

}  // namespace
}  // namespace muster::broker
