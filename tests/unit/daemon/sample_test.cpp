#include <gtest/gtest.h>

#include <fstream>
#include <regex>
#include <sstream>

#include "node-agent/config/agent_config.hpp"
#include "plugins/puppet/settings.hpp"
#include "tests/support/fakes/temp_folder.hpp"

namespace muster::agent {
namespace {

std::string uncommented(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return std::regex_replace(text.str(), std::regex("(^|\n)#((?:  )*[a-z0-9_]+:)"), "$1$2");
}

TEST(AgentSampleTest, EveryKeyOfTheSampleIsReadAndHasItsDefault) {
  const fakes::TempFolder folder;
  const auto sample =
      load_config(folder.write("agent.yaml",
                               uncommented(std::string(MUSTER_SOURCE_DIR) + "/config/agent.yaml")),
                  true);
  ASSERT_TRUE(sample) << sample.error().message;
  const auto defaults = load_config(folder / "none", false).value();
  EXPECT_EQ(sample->identity, "n1.example.com");
  EXPECT_EQ(sample->facts_folders, defaults.facts_folders);
  EXPECT_EQ(sample->external_agents, defaults.external_agents);
  EXPECT_EQ(sample->external_data, defaults.external_data);
  EXPECT_EQ(sample->ruby_libdirs, defaults.ruby_libdirs);
  EXPECT_EQ(sample->workers, defaults.workers);
  EXPECT_EQ(sample->queue, defaults.queue);
  EXPECT_EQ(sample->registration_interval_s, defaults.registration_interval_s);
  EXPECT_EQ(sample->registration_splay_s, defaults.registration_splay_s);
  EXPECT_EQ(sample->audit.max_bytes, defaults.audit.max_bytes);
  EXPECT_EQ(sample->puppet.ssldir, defaults.puppet.ssldir);
  EXPECT_EQ(sample->puppet.overridden.size(), plugins::puppet::path_settings().size());
}

}  // namespace
}  // namespace muster::agent
