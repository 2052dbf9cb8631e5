// What a daemon reads, what its sample shows and what the page explains are the same keys.
#include <gmock/gmock.h>

#include <regex>
#include <set>

#include "tests/tidy/tree.hpp"

namespace muster::tidy {
namespace {

using Keys = std::set<std::string>;

const std::string& text_of(const std::string& path) {
  static const std::string none;
  const auto* file = find(path);
  EXPECT_NE(file, nullptr) << path << " is not there";
  return file == nullptr ? none : file->text;
}

Keys matches(const std::string& text, const std::regex& pattern) {
  Keys keys;
  for (std::sregex_iterator found(text.begin(), text.end(), pattern), end; found != end; ++found)
    keys.insert((*found)[1]);
  return keys;
}

// Where a StrictMap, or a function that is given one, is asked for a key; and Puppet's settings, which stand in a table.
Keys asked_for(const std::vector<std::string>& sources) {
  static const std::regex asks(
      R"re((?:\.(?:text|path|boolean|integer|texts|any|map|maps)\(|\((?:map|inner|join),)\s*"([a-z0-9_]+)")re");
  static const std::regex settings(R"re(PathSetting\{"([a-z_]+)")re");
  Keys keys;
  for (const auto& source : sources) {
    keys.merge(matches(text_of(source), asks));
    keys.merge(matches(text_of(source), settings));
  }
  return keys;
}

// Keys stand at the beginning of a line, commented out or not; prose has a blank behind its '#'.
Keys shown_in(const std::string& sample) {
  static const std::regex keys(R"re((?:^|\n)#?(?:  )*([a-z0-9_]+):)re");
  return matches(text_of(sample), keys);
}

Keys explained_in(const std::string& page) {
  static const std::regex quoted("`([a-z0-9_]+)`");
  return matches(text_of(page), quoted);
}

const std::vector<std::string> kAgent = {"node-agent/config/agent_config.cpp",
                                         "plugins/puppet/settings.cpp", "proto/audit/settings.cpp"};
const std::vector<std::string> kOrchestrator = {"orchestrator/daemon/daemon_config.cpp",
                                                "orchestrator/settings/settings.cpp",
                                                "orchestrator/notify/notify_config.cpp",
                                                "plugins/notifiers/notifiers.cpp",
                                                "plugins/notifiers/email/config.cpp",
                                                "plugins/notifiers/xmpp/config.cpp",
                                                "proto/audit/settings.cpp"};

TEST(ConfigurationTest, TheAgentsSampleShowsWhatItReads) {
  const auto keys = asked_for(kAgent);
  EXPECT_GT(keys.size(), 40U);
  EXPECT_EQ(shown_in("config/agent.yaml"), keys);
}

TEST(ConfigurationTest, TheOrchestratorsSampleShowsWhatItReads) {
  const auto keys = asked_for(kOrchestrator);
  EXPECT_GT(keys.size(), 40U);
  EXPECT_EQ(shown_in("config/orchestrator.yaml"), keys);
}

TEST(ConfigurationTest, ThePageExplainsEveryKey) {
  auto explained = explained_in("docs/CONFIGURATION.md");
  explained.merge(explained_in("docs/NOTIFICATIONS.md"));
  for (const auto& sources : {kAgent, kOrchestrator})
    for (const auto& key : asked_for(sources))
      EXPECT_TRUE(explained.contains(key)) << "docs/CONFIGURATION.md says nothing of " << key;
}

}  // namespace
}  // namespace muster::tidy
