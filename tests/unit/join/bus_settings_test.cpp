#include "node-agent/join/bus_settings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ctime>

#include "proto/base/put_aside.hpp"
#include "tests/support/fakes/damages.hpp"
#include "tests/support/fakes/temp_folder.hpp"
#include "tests/support/pki/test_pki.hpp"

namespace muster::agent {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class BusSettingsTest : public testing::Test {
 protected:
  BusSettingsTest() {
    config_.token_file = folder_ / "join.token";
    config_.state_folder = folder_ / "state";
    std::filesystem::create_directory(config_.state_folder);
  }
  void write_token() {
    const auto token = pki_.join_token(8884, 8883, std::int64_t{std::time(nullptr)} * 1000);
    folder_.write("join.token", security::token_file_text(token).value(), 0600);
  }

  fakes::TempFolder folder_;
  test::TestPki pki_;
  AgentConfig config_;
};

TEST_F(BusSettingsTest, ATokenTellsAll) {
  write_token();
  const auto bus = find_bus(config_);
  ASSERT_TRUE(bus) << bus.error().message;
  EXPECT_THAT(bus->node_brokers, ElementsAre("localhost:8883"));
  EXPECT_THAT(bus->collectives, ElementsAre("main"));
  ASSERT_TRUE(bus->token);
  EXPECT_THAT(bus->token->join_brokers, ElementsAre("localhost:8884"));
  EXPECT_EQ(folder_.read("state/operator-root.pem"), pki_.root().certificate().pem());
  EXPECT_EQ(bus->operator_root_file, config_.state_folder / "operator-root.pem");
  EXPECT_EQ(folder_.read("state/orchestrator-root.pem"),
            pki_.orchestrator_root().certificate().pem());
  EXPECT_EQ(bus->orchestrator_root_file, config_.state_folder / "orchestrator-root.pem");
}

TEST_F(BusSettingsTest, TheTokenMayGoOnceItWasRead) {
  write_token();
  ASSERT_TRUE(find_bus(config_));
  std::filesystem::remove(config_.token_file);
  const auto bus = find_bus(config_);
  ASSERT_TRUE(bus) << bus.error().message;
  EXPECT_FALSE(bus->token);
  EXPECT_THAT(bus->node_brokers, ElementsAre("localhost:8883"));
  EXPECT_THAT(bus->collectives, ElementsAre("main"));
}

TEST_F(BusSettingsTest, TheConfigurationComesFirst) {
  write_token();
  config_.brokers = {"mine:1"};
  config_.collectives = {"de"};
  config_.operator_root = pki_.folder() / "root.pem";
  const auto bus = find_bus(config_);
  ASSERT_TRUE(bus);
  EXPECT_THAT(bus->node_brokers, ElementsAre("mine:1"));
  EXPECT_THAT(bus->collectives, ElementsAre("de"));
  EXPECT_EQ(bus->operator_root_file, config_.operator_root);
}

TEST_F(BusSettingsTest, ConfigurationAloneIsEnough) {
  config_.brokers = {"mine:1"};
  config_.operator_root = pki_.folder() / "root.pem";
  config_.orchestrator_root = pki_.folder() / "orchestrator-root.pem";
  const auto bus = find_bus(config_);
  ASSERT_TRUE(bus) << bus.error().message;
  EXPECT_THAT(bus->collectives, ElementsAre("main"));
}

TEST_F(BusSettingsTest, WithNothingTheErrorSaysWhatToDo) {
  const auto bus = find_bus(config_);
  ASSERT_FALSE(bus);
  EXPECT_EQ(bus.error().code, Errc::config);
  EXPECT_THAT(bus.error().message, HasSubstr("muster token create"));
  EXPECT_THAT(bus.error().message, HasSubstr(config_.token_file.string()));
}

TEST_F(BusSettingsTest, WithoutARootTheErrorNamesTheFile) {
  config_.brokers = {"mine:1"};
  const auto bus = find_bus(config_);
  ASSERT_FALSE(bus);
  EXPECT_THAT(bus.error().message, HasSubstr("operator-root.pem"));
  config_.operator_root = pki_.folder() / "root.pem";
  const auto half = find_bus(config_);
  ASSERT_FALSE(half);
  EXPECT_THAT(half.error().message, HasSubstr("set 'orchestrator_root'"));
}

TEST_F(BusSettingsTest, ADamagedTokenIsTheErrorWhenNothingElseTells) {
  folder_.write("join.token", "no token\n", 0600);
  const auto bus = find_bus(config_);
  ASSERT_FALSE(bus);
  EXPECT_THAT(bus.error().message, HasSubstr(config_.token_file.string()));
}

TEST_F(BusSettingsTest, ADamagedTokenDoesNotStopANodeThatNeedsItNoMore) {
  write_token();
  ASSERT_TRUE(find_bus(config_));
  folder_.write("join.token", "no token\n", 0600);
  const auto bus = find_bus(config_);
  ASSERT_TRUE(bus) << bus.error().message;
  EXPECT_FALSE(bus->token);
  EXPECT_THAT(bus->node_brokers, ElementsAre("localhost:8883"));
}

TEST_F(BusSettingsTest, ADamagedMemoryIsNoMemory) {
  config_.orchestrator_root = pki_.folder() / "orchestrator-root.pem";
  config_.operator_root = pki_.folder() / "root.pem";
  for (const auto* damaged : {"", "{", "[1]", R"({"node_brokers": [1, {"a": 2}]})"}) {
    folder_.write("state/bus.json", damaged);
    EXPECT_FALSE(find_bus(config_)) << damaged;
  }
}

TEST_F(BusSettingsTest, WhateverFileOfTheTokenIsDamagedOnceItIsGoneIsMended) {
  write_token();
  ASSERT_TRUE(find_bus(config_));
  std::filesystem::remove(config_.token_file);
  std::size_t aside = 0;
  for (const auto* name :
       {"bus.json", "bus-copy.json", "operator-root.pem", "orchestrator-root.pem"}) {
    const auto file = std::filesystem::path("state") / name;
    const auto good = folder_.read(file);
    for (const auto& damage : fakes::damages_of(good)) {
      SCOPED_TRACE(std::string(name) + " " + damage.how);
      folder_.write(file, damage.content);
      const auto bus = find_bus(config_);
      ASSERT_TRUE(bus) << bus.error().message;
      EXPECT_THAT(bus->node_brokers, ElementsAre("localhost:8883"));
      EXPECT_EQ(folder_.read(file), good);
      ++aside;
    }
  }
  EXPECT_EQ(base::put_aside_since(folder_.path(), 0).size(), aside);
}

TEST_F(BusSettingsTest, ATokenThatOthersMayReadIsNotUsed) {
  write_token();
  std::filesystem::permissions(config_.token_file, std::filesystem::perms(0644));
  const auto bus = find_bus(config_);
  ASSERT_FALSE(bus);
  EXPECT_THAT(bus.error().message, HasSubstr("run: chmod 0600 " + config_.token_file.string()));
}

}  // namespace
}  // namespace muster::agent
