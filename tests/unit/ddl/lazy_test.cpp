#include "proto/ddl/lazy.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <thread>
#include <vector>

#include "proto/ddl/texts.hpp"

namespace muster::ddl {
namespace {

class DdlLazyTest : public testing::Test {
 protected:
  int reads_ = 0;
  const Lazy<Agent> puppet_{"puppet", [this] {
                              ++reads_;
                              Agent agent;
                              agent.name = "puppet";
                              agent.version = "2";
                              return agent;
                            }};
};

TEST_F(DdlLazyTest, TheNameIsToldWithoutReading) {
  EXPECT_EQ(puppet_.name(), "puppet");
  EXPECT_EQ(reads_, 0);
}

TEST_F(DdlLazyTest, ItIsReadOnceForAllCopies) {
  const auto copy = puppet_;
  EXPECT_EQ(copy.get().version, "2");
  EXPECT_EQ(&puppet_.get(), &copy.get());
  EXPECT_EQ(reads_, 1);
}

TEST_F(DdlLazyTest, ManyThreadsThatAskAtOnceReadItOnce) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i)
    threads.emplace_back([this] { EXPECT_EQ(puppet_.get().version, "2"); });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(reads_, 1);
}

TEST_F(DdlLazyTest, OneThatCouldNotBeReadIsReadAgain) {
  bool damaged = true;
  const Lazy<Agent> agent{"ant", [&] {
                            if (damaged) throw std::runtime_error("damaged");
                            return Agent{};
                          }};
  EXPECT_THROW(agent.get(), std::runtime_error);
  damaged = false;
  EXPECT_NO_THROW(agent.get());
}

TEST_F(DdlLazyTest, OneThatWasReadBeforeKnowsItsName) {
  Agent agent;
  agent.name = "ant";
  const Lazy<Agent> lazy = std::move(agent);
  EXPECT_EQ(lazy.name(), "ant");
  EXPECT_EQ(lazy.get().name, "ant");
}

TEST_F(DdlLazyTest, WhatIsBuiltInIsTheSameReadAtUse) {
  EXPECT_EQ(built_in_at_use("rpcutil").get().action_names(), built_in("rpcutil")->action_names());
  EXPECT_EQ(built_in_data_at_use("fact").get().outputs.size(),
            built_in_data("fact")->outputs.size());
  EXPECT_EQ(built_in_at_use("rpcutil").name(), "rpcutil");
}

}  // namespace
}  // namespace muster::ddl
