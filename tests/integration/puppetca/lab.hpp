// One real Puppet Server for all cases of this program, and nodes that use it.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "node-agent/jobs/job_spool.hpp"
#include "plugins/agents/provision/provision_agent.hpp"
#include "plugins/agents/puppet/puppet_agent.hpp"
#include "plugins/agents/puppetca/puppetca_agent.hpp"
#include "proto/base/clock.hpp"
#include "tests/support/node/test_node.hpp"

namespace muster::test {

inline constexpr char kMaster[] = "m1.test";

// The server with its environments, in a folder below TMPDIR.
class Lab final : public testing::Environment {
 public:
  void SetUp() override;
  void TearDown() override;

  static const std::filesystem::path& folder();
  static std::string ca_pem();
};

// The master's own agent.
class Master {
 public:
  Master();
  plugins::ActionReply call(const std::string& action, Value data = Value::object(),
                            std::chrono::seconds patience = std::chrono::seconds(60));

 private:
  base::SystemClock clock_;
  TestNode node_{kMaster, clock_};
  std::unique_ptr<plugins::puppetca::PuppetcaAgent> agent_;
};

// A node at its first boot: no certificate, no progress, real jobs.
class NewNode {
 public:
  explicit NewNode(const std::string& identity);
  // With Puppet's places as they were found out.
  NewNode(const std::string& identity, plugins::PuppetPaths paths);
  // With the lease taken; the fence is put in.
  plugins::ActionReply call(const std::string& action, Value data = Value::object());
  plugins::ActionReply puppet(const std::string& action, Value data = Value::object());
  // request_certificate's reply; fails the test unless it is ok.
  Value request();
  // Waits for a job of `run` and gives the `job` action's reply.
  Value finish(const std::string& job);

  TestNode& node() { return node_; }
  std::filesystem::path ssl(const std::string& path) const { return node_.paths.ssldir / path; }

 private:
  void begin();

  base::SystemClock clock_;
  TestNode node_;
  std::unique_ptr<jobs::JobSpool> spool_;
  std::unique_ptr<plugins::provision::ProvisionAgent> provision_;
  std::unique_ptr<plugins::puppet::PuppetAgent> puppet_;
  std::int64_t fence_ = 0;
};

}  // namespace muster::test
