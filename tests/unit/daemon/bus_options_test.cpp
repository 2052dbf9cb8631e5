#include "node-agent/daemon/bus_options.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ctime>

#include "tests/support/pki/test_pki.hpp"

namespace muster::agent {
namespace {

using transport::mqtt::Version;

TEST(BusOptionsTest, AMemberShowsItsPuppetCertificateAndLeavesNothingBehind) {
  AgentConfig config;
  config.puppet.ssldir = "/ssl";
  BusSettings bus;
  bus.node_brokers = {"b1:8883", "b2:8883"};
  bus.collectives = {"main", "de"};
  bus.operator_root_file = "/root.pem";
  const auto options = member_options(config, bus, "n1", "id-of-its-key");
  EXPECT_EQ(options.brokers, bus.node_brokers);
  EXPECT_EQ(options.client_id, "id-of-its-key");
  EXPECT_EQ(options.ca_file, "/root.pem");
  EXPECT_EQ(options.certificate_file, "/ssl/certs/n1.pem");
  EXPECT_EQ(options.key_file, "/ssl/private_keys/n1.pem");
  ASSERT_TRUE(options.will);
  EXPECT_EQ(options.will->topic, "muster/v1/main/presence/n1");
  EXPECT_EQ(options.will->payload, "");
  EXPECT_TRUE(options.will->retain);
}

TEST(BusOptionsTest, TheVersionIsTheConfiguredOne) {
  AgentConfig config;
  BusSettings bus;
  bus.collectives = {"main"};
  EXPECT_EQ(member_options(config, bus, "n1", "id-of-its-key").version, Version::automatic);
  config.mqtt_version = "5";
  EXPECT_EQ(member_options(config, bus, "n1", "id-of-its-key").version, Version::v5);
  config.mqtt_version = "3.1.1";
  EXPECT_EQ(member_options(config, bus, "n1", "id-of-its-key").version, Version::v311);
}

TEST(BusOptionsTest, ARevocationListGoesToTheMastersListenerOfTheSameBrokers) {
  AgentConfig config;
  config.masters_port = 9999;
  BusSettings bus;
  bus.node_brokers = {"broker.example:8883", "[2001:db8::1]:18883"};
  bus.collectives = {"main"};
  const auto options = courier_options(config, bus, "m1", "id");
  ASSERT_TRUE(options) << options.error().message;
  EXPECT_EQ(options->brokers,
            (std::vector<std::string>{"broker.example:9999", "[2001:db8::1]:9999"}));
  EXPECT_EQ(options->certificate_file, config.puppet.certificate_of("m1"));
  EXPECT_FALSE(options->will) << "its end says nothing about the node";
  bus.node_brokers = {"no port"};
  EXPECT_FALSE(courier_options(config, bus, "m1", "id"));
}

TEST(BusOptionsTest, AJoiningNodeHasAPasswordAndNoCertificate) {
  const test::TestPki pki;
  BusSettings bus;
  bus.operator_root_file = "/root.pem";
  bus.token = pki.join_token(8884, 8883, std::int64_t{std::time(nullptr)} * 1000);
  const auto options = join_options(bus, {"c1", x509::Key::generate_p256().value()});
  EXPECT_EQ(options.brokers, bus.token->join_brokers);
  EXPECT_EQ(options.client_id, "c1");
  EXPECT_EQ(options.user, "join");
  EXPECT_EQ(options.password, bus.token->join_password);
  EXPECT_EQ(options.ca_file, "/root.pem");
  EXPECT_TRUE(options.certificate_file.empty());
  ASSERT_TRUE(options.will);
  EXPECT_EQ(options.will->topic, "muster/v1/join/c1/announce");
  EXPECT_EQ(options.will->payload, "");
}

}  // namespace
}  // namespace muster::agent
