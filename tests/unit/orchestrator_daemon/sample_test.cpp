#include <gtest/gtest.h>

#include <fstream>
#include <regex>
#include <sstream>

#include "orchestrator/daemon/daemon_config.hpp"
#include "tests/support/fakes/temp_folder.hpp"

namespace muster::daemon {
namespace {

// Programs are looked at, and these are not there.
std::string uncommented(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  const auto all =
      std::regex_replace(text.str(), std::regex("(^|\n)#((?:  )*[a-z0-9_]+:)"), "$1$2");
  const auto attested =
      std::regex_replace(all, std::regex("/usr/local/lib/muster/attest"), "/usr/bin/env");
  return std::regex_replace(attested, std::regex("\n(key_program|instance_gone_program):[^\n]*"),
                            "");
}

TEST(OrchestratorSampleTest, EveryKeyOfTheSampleIsReadAndHasItsDefault) {
  const fakes::TempFolder folder;
  const auto sample =
      load_config(folder.write("orchestrator.yaml", uncommented(std::string(MUSTER_SOURCE_DIR) +
                                                                "/config/orchestrator.yaml")));
  ASSERT_TRUE(sample) << sample.error().message;
  const DaemonConfig defaults;
  EXPECT_EQ(sample->workflow, defaults.workflow);
  EXPECT_EQ(sample->in_flight, defaults.in_flight);
  EXPECT_EQ(sample->per_master, defaults.per_master);
  EXPECT_EQ(sample->names.replace_names, defaults.names.replace_names);
  EXPECT_EQ(sample->attestation.program, std::vector<std::string>{"/usr/bin/env"});
  EXPECT_EQ(sample->attestation.deadline, defaults.attestation.deadline);
  EXPECT_EQ(sample->attestation.at_once, defaults.attestation.at_once);
  EXPECT_EQ(sample->notify.digest.above, defaults.notify.digest.above);
  EXPECT_EQ(sample->notify.digest.window, defaults.notify.digest.window);
  EXPECT_EQ(sample->notify.retry_most, defaults.notify.retry_most);
  EXPECT_EQ(sample->notify.limits.age_max, defaults.notify.limits.age_max);
  EXPECT_EQ(sample->notify.limits.keep, defaults.notify.limits.keep);
  EXPECT_EQ(sample->registry_keep_s, defaults.registry_keep_s);
  EXPECT_EQ(sample->registry_nodes_max, defaults.registry_nodes_max);
  EXPECT_EQ(sample->registry_max_mb, defaults.registry_max_mb);
}

}  // namespace
}  // namespace muster::daemon
