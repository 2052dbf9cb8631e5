#include "orchestrator/broker/broker_config.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pwd.h>
#include <unistd.h>

#include <sstream>

#include "orchestrator/broker/access_lists.hpp"
#include "orchestrator/broker/mosquitto_conf.hpp"
#include "proto/base/clock.hpp"
#include "proto/base/files.hpp"
#include "proto/x509/ca_crl.hpp"
#include "tests/support/fakes/temp_folder.hpp"
#include "tests/support/pki/test_pki.hpp"

namespace muster::broker {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class BrokerConfigTest : public testing::Test {
 protected:
  BrokerConfigTest() {
    config_.folder = folder_ / "broker";
    config_.operator_root = pki_.folder() / "root.pem";
    config_.orchestrator_root = pki_.folder() / "orchestrator-root.pem";
    config_.certificate = pki_.folder() / "broker.pem";
    config_.key = pki_.folder() / "broker.key";
    config_.join_passwords = {{"join", "secret"}};
    config_.run_as = ::getpwuid(::geteuid())->pw_name;
  }

  void expect_refused(const std::string& text) const {
    const auto written = write_config(config_);
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().code, Errc::config);
    EXPECT_THAT(written.error().message, HasSubstr(text));
  }

  fs::perms mode(const std::string& name) const {
    return fs::status(config_.folder / name).permissions();
  }

  test::TestPki pki_;
  fakes::TempFolder folder_;
  BrokerConfig config_;
};

TEST_F(BrokerConfigTest, EachListenerHasItsOwnTrustAndAccess) {
  const auto written = write_config(config_);
  ASSERT_TRUE(written) << written.error().message;
  const auto text = folder_.read("broker/mosquitto.conf");
  for (const auto* expected :
       {"per_listener_settings true", "set_tcp_nodelay true", "listener 8883", "listener 8884",
        "listener 8885", "listener 8886", "listener 8887", "listener 8888", "masters.acl",
        "nodes.acl", "operators.acl", "orchestrators.acl", "watchers.acl", "join.acl",
        "message_size_limit 1048576", "max_queued_messages 11000"})
    EXPECT_THAT(text, HasSubstr(expected));
}

TEST_F(BrokerConfigTest, SecretsAreForTheBrokerAloneAndThePasswordIsNowhere) {
  ASSERT_TRUE(write_config(config_));
  for (const auto* secret : {"server.pem", "join.passwd"})
    EXPECT_EQ(mode(secret) & fs::perms::others_all, fs::perms::none) << secret;
  for (const auto& file : fs::directory_iterator(config_.folder)) {
    if (!file.is_regular_file()) continue;
    EXPECT_THAT(folder_.read("broker" / file.path().filename()), Not(HasSubstr("secret")));
  }
}

// Written one after the other, a kill between them would leave a pair with which Mosquitto does not start.
TEST_F(BrokerConfigTest, KeyAndCertificateAreOneFile) {
  ASSERT_TRUE(write_config(config_));
  const auto conf = folder_.read("broker/mosquitto.conf");
  const auto server = (config_.folder / "server.pem").string();
  EXPECT_THAT(conf, HasSubstr("\ncertfile " + server + "\nkeyfile " + server + "\n"));
  const auto certificate = x509::Certificate::from_file(server);
  const auto key = x509::Key::private_from_pem(folder_.read("broker/server.pem"), server);
  ASSERT_TRUE(certificate);
  ASSERT_TRUE(key);
  EXPECT_TRUE(certificate->matches(*key));
  EXPECT_FALSE(fs::exists(config_.folder / "server.key"));
}

TEST_F(BrokerConfigTest, TheJoinListenerHasALimitAndThePacketFilterItsRules) {
  const auto written = write_config(config_);
  ASSERT_TRUE(written);
  EXPECT_THAT(folder_.read("broker/mosquitto.conf"), HasSubstr("max_connections 2000"));
  EXPECT_EQ(written->nftables, config_.folder / "muster.nft");
  const auto rules = folder_.read("broker/muster.nft");
  for (const auto* expected :
       {"define join_port = 8884", "define nodes_port = 8883", "delete table inet muster_broker",
        "ip saddr ct count over 50", "ip6 saddr limit rate over 60/minute"})
    EXPECT_THAT(rules, HasSubstr(expected));
}

TEST_F(BrokerConfigTest, OnlyTheMastersListenerLetsACaInWithoutARevocationList) {
  const auto written = write_config(config_);
  ASSERT_TRUE(written);
  const auto text = folder_.read("broker/mosquitto.conf");
  const auto of = [&](const std::string& name) {
    const auto at = text.find("\n# " + name + "\n");
    return text.substr(at, text.find("\n\n", at + 1) - at);
  };
  EXPECT_THAT(of("nodes"), HasSubstr("crlfile " + written->node_crls.string() + "\n"));
  EXPECT_THAT(of("masters"), AllOf(HasSubstr("capath"), Not(HasSubstr("crlfile"))));
  const auto lists = x509::CaCrl::all_from_pem(folder_.read("broker/revoked/nodes.pem"));
  ASSERT_TRUE(lists) << "with an empty file Mosquitto does not start";
  EXPECT_TRUE(lists->front().current_at(base::SystemClock().unix_ms()));
}

TEST_F(BrokerConfigTest, WrittenAgainItKeepsTheRevocationLists) {
  const auto written = write_config(config_);
  ASSERT_TRUE(written);
  const auto lists = folder_.read("broker/revoked/nodes.pem") + pki_.puppet_ca().crl().pem();
  folder_.write("broker/revoked/nodes.pem", lists);
  ASSERT_TRUE(write_config(config_));
  EXPECT_EQ(folder_.read("broker/revoked/nodes.pem"), lists);
  folder_.write("broker/revoked/nodes.pem", "damaged");
  ASSERT_TRUE(write_config(config_));
  EXPECT_TRUE(x509::CaCrl::all_from_pem(folder_.read("broker/revoked/nodes.pem")));
}

// A listener with a list that is missing lets nobody in, one without `crlfile` everybody.
TEST_F(BrokerConfigTest, TheRootsListenersLookAtAListOnceThereIsOne) {
  ASSERT_TRUE(write_config(config_));
  EXPECT_THAT(folder_.read("broker/mosquitto.conf"), Not(HasSubstr("revoked/operators.pem")));
  config_.operator_crl = folder_.write("root.crl", pki_.root().crl({.number = 3}).pem());
  config_.orchestrator_crl = folder_.write("other.crl", pki_.root().crl().pem());
  ASSERT_TRUE(write_config(config_));
  EXPECT_THAT(folder_.read("broker/mosquitto.conf"), HasSubstr("revoked/operators.pem"));
  EXPECT_THAT(folder_.read("broker/mosquitto.conf"), Not(HasSubstr("revoked/orchestrators.pem")))
      << "that list is another root's";
  config_.operator_crl = folder_.write("root.crl", pki_.root().crl({.number = 2}).pem());
  ASSERT_TRUE(write_config(config_));
  EXPECT_EQ(
      x509::CaCrl::all_from_pem(folder_.read("broker/revoked/operators.pem"))->front().number(), 3U)
      << "the newer one stays";
}

TEST_F(BrokerConfigTest, NoListenerOffersACipherWithCbc) {
  ASSERT_TRUE(write_config(config_));
  const auto text = folder_.read("broker/mosquitto.conf");
  int without_list = 0;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("listener ")) ++without_list;
    if (!line.starts_with("ciphers ")) continue;
    --without_list;
    std::istringstream suites(line.substr(8));
    for (std::string suite; std::getline(suites, suite, ':');)
      EXPECT_TRUE(suite.find("GCM") != std::string::npos ||
                  suite.find("POLY1305") != std::string::npos)
          << suite;
  }
  EXPECT_EQ(without_list, 0);
}

// There is no Mosquitto 2.1 in Debian 12: what is written for it is held against its documentation, by this text.
TEST_F(BrokerConfigTest, ForMosquitto21NothingThatItDeprecatesIsWritten) {
  config_.mosquitto = MosquittoVersion::v2_1;
  config_.plugins = "/usr/lib";
  config_.folder = "/etc/mosquitto/muster";
  config_.address = "192.0.2.1";
  const auto text =
      mosquitto_conf(config_, "mosquitto", {.operators = true, .orchestrators = true});
  EXPECT_EQ(text, base::read_file(MUSTER_MOSQUITTO_21).value());
  for (const auto* gone :
       {"per_listener_settings", "\nacl_file", "\npassword_file", "\nallow_anonymous"})
    EXPECT_THAT(text, Not(HasSubstr(gone)));
}

TEST(MosquittoVersionTest, ItIsReadAsTheFamilyThatItBelongsTo) {
  EXPECT_EQ(mosquitto_version_from("2.0"), MosquittoVersion::v2_0);
  EXPECT_EQ(mosquitto_version_from("2.1"), MosquittoVersion::v2_1);
  EXPECT_FALSE(mosquitto_version_from("1.6"));
  EXPECT_EQ(installed_mosquitto(), MosquittoVersion::v2_0) << "Debian 12's";
}

TEST_F(BrokerConfigTest, WrittenAgainItKeepsTheCasOfMasters) {
  const auto written = write_config(config_);
  ASSERT_TRUE(written);
  folder_.write("broker/puppet-cas/0123abcd.0", "a CA");
  ASSERT_TRUE(write_config(config_));
  EXPECT_TRUE(fs::exists(written->capath / "0123abcd.0"));
}

TEST_F(BrokerConfigTest, MistakesAreNamed) {
  const BrokerConfig good = config_;
  config_.folder = "relative";
  expect_refused("'relative' must be an absolute path");
  config_ = good;
  config_.join_port = config_.nodes_port;
  expect_refused("six ports, not 8883, 8885, 8886, 8887, 8888, 8883");
  config_ = good;
  config_.fleet = 0;
  expect_refused("a fleet of 0 nodes");
  config_ = good;
  config_.collectives = {"join"};
  expect_refused("'join'");
  config_ = good;
  config_.join_passwords = {{"join", ""}};
  expect_refused("password of 'join' is empty");
  config_ = good;
  config_.key = pki_.folder() / "operator.key";
  expect_refused("does not belong to the certificate");
  config_ = good;
  config_.operator_root = pki_.folder() / "broker.pem";
  expect_refused("is not a CA: the operator root belongs there");
  config_ = good;
  config_.orchestrator_root = pki_.folder() / "broker.pem";
  expect_refused("is not a CA: the orchestrator root belongs there");
  config_ = good;
  config_.orchestrator_root = config_.operator_root;
  expect_refused("are one root");
}

TEST_F(BrokerConfigTest, WhileSomethingIsReplacedBothAreLetIn) {
  const auto files_in = [&](const char* name) {
    const fs::directory_iterator all(config_.folder / name);
    return std::distance(begin(all), end(all));
  };
  const test::TestCa next("Muster operator root 2");
  const auto both = next.certificate().pem() + pki_.root().certificate().pem();
  config_.operator_root = folder_.write("both.pem", both);
  config_.join_passwords = {{"join-2", "new"}, {"join", "secret"}};
  ASSERT_TRUE(write_config(config_));
  EXPECT_EQ(files_in("operator-roots"), 2);
  EXPECT_EQ(files_in("orchestrator-roots"), 1);
  EXPECT_THAT(folder_.read("broker/join.passwd"),
              testing::AllOf(HasSubstr("join-2:$7$"), HasSubstr("join:$7$")));
  config_.operator_root = folder_.write("new.pem", next.certificate().pem());
  config_.join_passwords = {{"join-2", "new"}};
  ASSERT_TRUE(write_config(config_));
  EXPECT_EQ(files_in("operator-roots"), 1);
  EXPECT_THAT(folder_.read("broker/join.passwd"), testing::Not(HasSubstr("join:")));
}

TEST_F(BrokerConfigTest, AnUnknownUserToRunAsIsNamed) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root's broker changes its user";
  config_.run_as = "nobody-of-that-name";
  expect_refused("there is no user 'nobody-of-that-name'");
}

TEST(AccessListsTest, NodesWriteOnlyUnderTheirOwnName) {
  std::istringstream lines(nodes_access({"main", "lab"}));
  int writes = 0;
  for (std::string line; std::getline(lines, line);) {
    EXPECT_EQ(line.find("readwrite"), std::string::npos) << line;
    if (line.rfind("pattern write", 0) != 0) continue;
    ++writes;
    EXPECT_EQ(line.substr(line.size() - 3), "/%u") << line;
  }
  EXPECT_EQ(writes, 14);
}

TEST(AccessListsTest, NodesTellTheirOwnKindsOfEventAndNoOther) {
  const auto text = nodes_access({"main"});
  EXPECT_THAT(text, HasSubstr("pattern write muster/v1/main/event/job/%u\n"));
  EXPECT_THAT(text, Not(HasSubstr("event/+")));
  EXPECT_THAT(text, Not(HasSubstr("provisioned")));
}

TEST(AccessListsTest, ANodeReadsItsOwnPresenceAndNoOthers) {
  const auto text = nodes_access({"main"});
  EXPECT_THAT(text, HasSubstr("pattern read muster/v1/main/presence/%u\n"));
  EXPECT_THAT(text, Not(HasSubstr("presence/+")));
}

// A line for each right, so that none comes in unseen.
TEST(AccessListsTest, OperatorsWriteRequestsAndTheirOwnRepliesAlone) {
  std::istringstream lines(operators_access({"main"}));
  std::vector<std::string> writes;
  for (std::string line; std::getline(lines, line);)
    if (line.find("write ") != std::string::npos) writes.push_back(line);
  EXPECT_THAT(writes, testing::ElementsAre("pattern write muster/v1/main/req/node/+/%u",
                                           "pattern write muster/v1/main/req/agent/+/%u",
                                           "pattern write muster/v1/main/req/registry/%u",
                                           "pattern write muster/v1/main/req/orchestrators/%u",
                                           "pattern write muster/v1/main/req/orchestrator/+/%u",
                                           "pattern readwrite muster/v1/main/rep/%u/#"));
}

TEST(AccessListsTest, WatchersReadTrustAndRollCallsAndWriteTheirAnswerAlone) {
  std::istringstream lines(watchers_access({"main", "lab"}));
  std::vector<std::string> rights;
  for (std::string line; std::getline(lines, line);)
    if (line.front() != '#') rights.push_back(line);
  std::vector<std::string> expected;
  for (const auto* collective : {"main", "lab"})
    for (const auto* right : {"read muster/v1/{}/trust/#", "read muster/v1/{}/roll/call/+",
                              "write muster/v1/{}/roll/answer/%u"})
      expected.push_back(fmt::format(fmt::runtime(std::string("pattern ") + right), collective));
  EXPECT_EQ(rights, expected);
}

TEST(AccessListsTest, MastersWriteAFixedNumberOfTopicsUnderTheirOwnNameAndReadNothing) {
  std::istringstream lines(masters_access({"main"}));
  std::vector<std::string> rights;
  for (std::string line; std::getline(lines, line);)
    if (line.front() != '#') rights.push_back(line);
  ASSERT_EQ(rights.size(), 16U);
  EXPECT_EQ(rights.front(), "pattern write muster/v1/main/trust/crl/%u/00");
  EXPECT_EQ(rights.back(), "pattern write muster/v1/main/trust/crl/%u/15");
}

// But for what the roots themselves have signed, which anybody may read.
TEST(AccessListsTest, JoiningClientsAreTiedToTheirClientId) {
  std::istringstream lines(join_access());
  for (std::string line; std::getline(lines, line);) {
    if (line.front() == '#' || line == "pattern read muster/v1/+/trust/revoked/+") continue;
    EXPECT_NE(line.find("muster/v1/join/%c/"), std::string::npos) << line;
  }
}

}  // namespace
}  // namespace muster::broker
