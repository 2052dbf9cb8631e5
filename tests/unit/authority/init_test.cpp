#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "orchestrator/authority/authority.hpp"
#include "orchestrator/authority/files.hpp"
#include "tests/support/fakes/temp_folder.hpp"

namespace muster::authority {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

class InitTest : public testing::Test {
 protected:
  InitTest() {
    spec_.folder = folder_ / "muster";
    spec_.operator_name = "alice";
    spec_.broker_hosts = {"broker.example", "192.0.2.1", "2001:db8::1"};
  }
  static mode_t mode(const std::filesystem::path& file) {
    struct stat status {};
    EXPECT_EQ(::stat(file.c_str(), &status), 0) << file;
    return status.st_mode & 0777;
  }
  x509::Certificate certificate(const std::string& name) {
    return x509::Certificate::from_file(spec_.folder / (name + ".pem")).value();
  }
  x509::Key key(const std::string& name) {
    return x509::Key::private_from_file(spec_.folder / (name + ".key")).value();
  }
  std::string problem() {
    const auto made = init(spec_);
    if (made) return "made";
    EXPECT_EQ(made.error().code, Errc::config);
    return made.error().message;
  }

  fakes::TempFolder folder_;
  InitSpec spec_;
};

TEST_F(InitTest, MakesBothRootsAndTheirFirstMembers) {
  const auto made = init(spec_);
  ASSERT_TRUE(made) << made.error().message;
  const auto root = certificate("root");
  EXPECT_EQ(made->root.fingerprint(), root.fingerprint());
  EXPECT_TRUE(root.is_ca());
  EXPECT_TRUE(root.matches(key("root")));
  const auto orchestrators = certificate("orchestrator-root");
  EXPECT_EQ(made->orchestrator_root.fingerprint(), orchestrators.fingerprint());
  EXPECT_TRUE(orchestrators.is_ca());
  EXPECT_TRUE(orchestrators.matches(key("orchestrator-root")));
  EXPECT_FALSE(orchestrators.public_key().same_public(root.public_key()));
  const std::vector<std::array<std::string, 4>> members = {
      {"operator", "alice", "operator", "root"},
      {"orchestrator", "orchestrator", "orchestrator", "orchestrator-root"},
      {"watcher", "broker-watcher", "broker", "orchestrator-root"},
      {"issuer", "issuer", "issuer", "root"},
      {"broker", "broker", "broker", "root"}};
  for (const auto& [file, name, role, its_root] : members) {
    const auto member = certificate(file);
    EXPECT_EQ(member.common_name(), name);
    EXPECT_EQ(member.organizational_unit(), role);
    EXPECT_TRUE(member.issued_by(certificate(its_root))) << name;
    EXPECT_TRUE(member.matches(key(file))) << name;
    EXPECT_FALSE(member.is_ca());
  }
  for (const auto& file : made->files) EXPECT_TRUE(std::filesystem::exists(file)) << file;
}

TEST_F(InitTest, SecretsAreReadableByTheirOwnerAlone) {
  const auto made = init(spec_).value();
  for (const auto& file : made.files) {
    const bool secret = file.extension() == ".key" || file.extension() == ".password";
    EXPECT_EQ(mode(file), secret ? 0600U : 0644U) << file;
  }
}

TEST_F(InitTest, JoinPasswordsAreLongAndDiffer) {
  ASSERT_TRUE(init(spec_));
  const auto first = folder_.read("muster/join.password");
  EXPECT_GE(first.size(), 32U);
  spec_.folder = folder_ / "other";
  ASSERT_TRUE(init(spec_));
  EXPECT_NE(folder_.read("other/join.password"), first);
}

TEST_F(InitTest, ItsConfigurationIsTheOneTheCommandsRead) {
  ASSERT_TRUE(init(spec_));
  const auto settings = settings::load(spec_.folder / "muster.yaml");
  ASSERT_TRUE(settings) << settings.error().message;
  EXPECT_THAT(settings->brokers,
              ElementsAre("broker.example:8885", "192.0.2.1:8885", "[2001:db8::1]:8885"));
  EXPECT_THAT(settings->join_brokers,
              ElementsAre("broker.example:8884", "192.0.2.1:8884", "[2001:db8::1]:8884"));
  EXPECT_THAT(settings->node_brokers,
              ElementsAre("broker.example:8883", "192.0.2.1:8883", "[2001:db8::1]:8883"));
  EXPECT_EQ(settings->collective, "main");
  for (const auto& file :
       {settings->certificate, settings->key, settings->operator_root, settings->orchestrator_root})
    EXPECT_TRUE(std::filesystem::exists(file)) << file;
  const auto daemon = settings::load(spec_.folder / "orchestrator.yaml");
  ASSERT_TRUE(daemon) << daemon.error().message;
  EXPECT_EQ(daemon->key, spec_.folder / "orchestrator.key");
  EXPECT_EQ(daemon->brokers.front(), "broker.example:8886");
  const auto watcher = settings::load(spec_.folder / "watcher.yaml");
  ASSERT_TRUE(watcher) << watcher.error().message;
  EXPECT_EQ(watcher->key, spec_.folder / "watcher.key");
  EXPECT_EQ(watcher->brokers.front(), "broker.example:8887");
}

TEST_F(InitTest, ExistingRootIsNeverOverwritten) {
  ASSERT_TRUE(init(spec_));
  const auto before = folder_.read("muster/root.key");
  EXPECT_THAT(problem(), AllOf(HasSubstr("root.key exists"), HasSubstr("muster operator create")));
  EXPECT_EQ(folder_.read("muster/root.key"), before);
  std::filesystem::remove(spec_.folder / "root.key");  // taken offline
  EXPECT_THAT(problem(), HasSubstr("root.pem exists"));
  std::filesystem::remove(spec_.folder / "root.pem");
  EXPECT_THAT(problem(), HasSubstr("orchestrator-root.key exists"));
}

TEST_F(InitTest, AnyOtherFileInTheWayRefusesAllOfIt) {
  folder_.write("muster/broker.key", "somebody else's");
  EXPECT_THAT(problem(), HasSubstr("broker.key exists"));
  EXPECT_EQ(folder_.read("muster/broker.key"), "somebody else's");
  EXPECT_FALSE(std::filesystem::exists(spec_.folder / "root.key"));
  EXPECT_FALSE(std::filesystem::exists(spec_.folder / "muster.yaml"));
}

TEST_F(InitTest, FailureHalfwayLeavesNothingBehind) {
  const auto good = folder_ / "good";
  folder_.write("file", "");
  const auto impossible = folder_ / "file" / "below";  // a file is no folder
  EXPECT_FALSE(write_new({{good, "x", false}, {impossible, "y", false}}));
  EXPECT_FALSE(std::filesystem::exists(good));
}

TEST_F(InitTest, TwoAtOnceInOneFolderAreRefused) {
  const auto lock = lock_folder(spec_.folder).value();
  EXPECT_THAT(problem(), HasSubstr("another muster"));
}

TEST_F(InitTest, WrongSpecsAreRefusedBeforeAnythingIsMade) {
  const auto good = spec_;
  const std::vector<std::pair<std::function<void(InitSpec&)>, std::string>> wrong = {
      {[](InitSpec& spec) { spec.broker_hosts = {}; }, "at least one broker"},
      {[](InitSpec& spec) { spec.broker_hosts = {"a b"}; }, "'a b'"},
      {[](InitSpec& spec) { spec.broker_hosts = {"host:8883"}; }, "'host:8883'"},
      {[](InitSpec& spec) { spec.broker_hosts.assign(17, "b"); }, "the limit is 16"},
      {[](InitSpec& spec) { spec.operator_name = "al ice"; }, "'al ice'"},
      {[](InitSpec& spec) { spec.operator_name = ""; }, "empty"},
      {[](InitSpec& spec) { spec.operator_name = std::string(65, 'a'); }, "longer than 64"},
      {[](InitSpec& spec) { spec.orchestrator_name = spec.operator_name; }, "different names"},
      {[](InitSpec& spec) { spec.orchestrator_name = "broker-watcher"; }, "cannot be used"},
      {[](InitSpec& spec) { spec.watchers_port = spec.orchestrators_port; }, "different ports"},
      {[](InitSpec& spec) { spec.collective = "a/b"; }, "'a/b'"},
      {[](InitSpec& spec) { spec.join_port = spec.nodes_port; }, "different ports"}};
  for (const auto& [change, words] : wrong) {
    spec_ = good;
    change(spec_);
    EXPECT_THAT(problem(), HasSubstr(words));
    EXPECT_FALSE(std::filesystem::exists(spec_.folder)) << words;
  }
}

}  // namespace
}  // namespace muster::authority
