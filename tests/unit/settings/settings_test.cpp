#include "orchestrator/settings/settings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/fakes/temp_folder.hpp"

namespace muster::settings {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::string_view kMinimal =
    "brokers: broker.example:8885\n"
    "certificate: operator.pem\n"
    "key: operator.key\n"
    "operator_root: root.pem\n"
    "orchestrator_root: orchestrator-root.pem\n";

class SettingsTest : public testing::Test {
 protected:
  Result<Settings> load_text(std::string_view text) {
    return load(folder_.write("muster.yaml", text));
  }
  std::string problem(std::string_view text) {
    auto settings = load_text(text);
    if (settings) return "accepted";
    EXPECT_EQ(settings.error().code, Errc::config);
    return settings.error().message;
  }
  fakes::TempFolder folder_;
};

TEST_F(SettingsTest, MinimalFileGetsDefaultsAndPathsRelativeToItsFolder) {
  const auto settings = load_text(kMinimal);
  ASSERT_TRUE(settings) << settings.error().message;
  EXPECT_THAT(settings->brokers, ElementsAre("broker.example:8885"));
  EXPECT_EQ(settings->collective, "main");
  EXPECT_EQ(settings->certificate, folder_ / "operator.pem");
  EXPECT_EQ(settings->key, folder_ / "operator.key");
  EXPECT_EQ(settings->operator_root, folder_ / "root.pem");
  EXPECT_EQ(settings->orchestrator_root, folder_ / "orchestrator-root.pem");
  EXPECT_EQ(settings->node_cas, folder_ / "node-cas");
  EXPECT_EQ(settings->folder(), folder_.path());
  EXPECT_TRUE(settings->join_brokers.empty());
}

TEST_F(SettingsTest, EveryKeyIsRead) {
  const auto settings = load_text(
      "brokers: [a:1, '[2001:db8::1]:2']\n"
      "collective: lab\n"
      "certificate: /etc/muster/c.pem\n"
      "key: ../k.pem\n"
      "operator_root: root.pem\n"
      "orchestrator_root: ../o.pem\n"
      "node_cas: /etc/cas\n"
      "join:\n"
      "  join_brokers: [a:3]\n"
      "  node_brokers: [a:4, b:4]\n");
  ASSERT_TRUE(settings) << settings.error().message;
  EXPECT_THAT(settings->brokers, ElementsAre("a:1", "[2001:db8::1]:2"));
  EXPECT_EQ(settings->collective, "lab");
  EXPECT_EQ(settings->certificate, "/etc/muster/c.pem");
  EXPECT_EQ(settings->key, folder_.path().parent_path() / "k.pem");
  EXPECT_EQ(settings->orchestrator_root, folder_.path().parent_path() / "o.pem");
  EXPECT_EQ(settings->node_cas, "/etc/cas");
  EXPECT_THAT(settings->join_brokers, ElementsAre("a:3"));
  EXPECT_THAT(settings->node_brokers, ElementsAre("a:4", "b:4"));
}

TEST_F(SettingsTest, MisspeltKeysAreNamedWithTheNearestValidOne) {
  EXPECT_THAT(
      problem(std::string(kMinimal) + "colective: main\n"),
      AllOf(HasSubstr("muster.yaml:6"), HasSubstr("'colective'"), HasSubstr("'collective'")));
  EXPECT_THAT(problem(std::string(kMinimal) + "join:\n  join_broker: a:1\n"),
              AllOf(HasSubstr("muster.yaml:7"), HasSubstr("'join_brokers'")));
}

TEST_F(SettingsTest, MissingKeysAreAllNamed) {
  EXPECT_THAT(problem(""),
              AllOf(HasSubstr("'brokers' is missing"), HasSubstr("'certificate' is missing"),
                    HasSubstr("'key' is missing"), HasSubstr("'operator_root' is missing"),
                    HasSubstr("'orchestrator_root' is missing")));
}

TEST_F(SettingsTest, TheKeyIsInAFileOrWithAProgram) {
  constexpr std::string_view kRest =
      "brokers: a:1\ncertificate: c.pem\noperator_root: root.pem\norchestrator_root: roots.pem\n";
  const auto settings =
      load_text(std::string(kRest) + "key_program: [bin/sign, --slot, '1']\ncore_dumps: true\n");
  ASSERT_TRUE(settings) << settings.error().message;
  EXPECT_THAT(settings->key_program, ElementsAre((folder_ / "bin/sign").string(), "--slot", "1"));
  EXPECT_TRUE(settings->core_dumps);
  EXPECT_THAT(problem(kRest), HasSubstr("key 'key' is missing"));
  EXPECT_THAT(problem(std::string(kRest) + "key: k.pem\nkey_program: sign\n"),
              HasSubstr("'key' and 'key_program' are both there"));
  EXPECT_THAT(problem(std::string(kRest) + "key_program: ''\n"), HasSubstr("names no program"));
}

TEST_F(SettingsTest, BrokersMustBeHostAndPort) {
  const std::string rest(kMinimal.substr(kMinimal.find('\n') + 1));
  EXPECT_THAT(problem("brokers: [good:1, bad]\n" + rest),
              AllOf(HasSubstr("muster.yaml:1"), HasSubstr("'bad'"), HasSubstr("host:port")));
  EXPECT_THAT(problem("brokers: []\n" + rest), HasSubstr("at least one broker"));
  std::string many;
  for (int i = 0; i < 17; ++i) many += "b:1, ";
  EXPECT_THAT(problem("brokers: [" + many + "]\n" + rest), HasSubstr("the limit is 16"));
}

TEST_F(SettingsTest, CollectiveMustBeAWord) {
  EXPECT_THAT(problem(std::string(kMinimal) + "collective: a/b\n"),
              AllOf(HasSubstr("muster.yaml:6"), HasSubstr("'a/b'")));
}

TEST_F(SettingsTest, MissingFileIsNamed) {
  const auto settings = load(folder_ / "other.yaml");
  EXPECT_EQ(settings.error().code, Errc::config);
  EXPECT_THAT(settings.error().message, HasSubstr("other.yaml"));
}

}  // namespace
}  // namespace muster::settings
