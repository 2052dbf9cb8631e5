// An installation with six nodes, each a real muster-agent.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/integration/cli/installation.hpp"
#include "tests/support/pki/test_pki.hpp"

namespace muster::test {

struct NodeSpec {
  std::string identity;
  std::string country;
  int row;  // nested, so presence does not tell it
  std::vector<std::string> classes;
  std::string more_facts;  // YAML
};

// n1 to n3 are in de, n4 and n5 in us, n6 in fr. n1 and n4 are web, n2 and n5 db. n6 alone runs puppetca, and alone has
// the fact `tier`.
const std::vector<NodeSpec>& six_nodes();

// One node's agent with its files; certificates come from the fleet.
class Node {
 public:
  Node(const Installation& installation, const NodeSpec& spec);

  // `before`: what the program is run by, "/usr/bin/env NAME=VALUE".
  void start(const std::vector<std::string>& before = {});
  // A new token for its name, where its configuration has it; `more` words of `muster token create`.
  void give_token(const std::vector<std::string>& more) const;
  Daemon& agent() { return *agent_; }
  const std::string& identity() const { return identity_; }
  // A file below the node's folder: agent.yaml, facts.d/…, policies/…
  void write(const std::string& name, const std::string& content) const;
  std::filesystem::path file(const std::string& name) const { return home_ / name; }
  // agent.yaml's text; `more` goes behind it.
  std::string config_text(const std::string& more = "") const;

 private:
  const Installation& installation_;
  const std::string identity_;
  const std::filesystem::path home_;
  std::unique_ptr<Daemon> agent_;
};

class Fleet : public Installation {
 public:
  // All nodes are online when it returns.
  Fleet();

  Node& node(const std::string& identity) { return *nodes_.at(identity); }
  std::vector<std::string> identities() const;
  // That of all nodes, which the broker trusts.
  const TestCa& puppet_ca() const { return puppet_ca_; }
  // Beside the broker: lets in nodes of trusted CAs and keeps out who was revoked.
  const Daemon& broker_watch() const { return *broker_watch_; }
  // Whether `muster find` comes to list exactly these.
  [[nodiscard]] bool comes_to_have_online(const std::vector<std::string>& identities) const;
  [[nodiscard]] bool all_online() const { return comes_to_have_online(identities()); }

 private:
  TestCa puppet_ca_{"Puppet CA: test"};
  std::unique_ptr<Daemon> broker_watch_;
  std::map<std::string, std::unique_ptr<Node>> nodes_;
};

// A fleet for all tests of a suite.
class FleetTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { fleet_ = std::make_unique<Fleet>(); }
  static void TearDownTestSuite() { fleet_.reset(); }
  void SetUp() override { ASSERT_NE(fleet_, nullptr) << "the fleet did not start"; }

  static Fleet& fleet() { return *fleet_; }
  static Finished muster(const std::vector<std::string>& words) { return fleet_->muster(words); }

 private:
  static inline std::unique_ptr<Fleet> fleet_;
};

}  // namespace muster::test
