// The package agent over a real package manager with a root and a repository of its own.
#pragma once

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "node-agent/jobs/job_spool.hpp"
#include "plugins/agents/package/package_agent.hpp"
#include "proto/ddl/texts.hpp"
#include "tests/support/node/test_node.hpp"

namespace muster::test {

class PackageSandbox : public testing::Test {
 protected:
  // `script` is apt-sandbox or dnf-sandbox.
  explicit PackageSandbox(const char* script) : script_(script) {}

  void SetUp() override {
    ASSERT_EQ(std::system(fmt::format("'{}/{}' '{}' >'{}/made.log' 2>&1", PACKAGE_SANDBOXES,
                                      script_, folder_.path().string(), folder_.path().string())
                              .c_str()),
              0)
        << folder_.read("made.log");
    spool_ = jobs::JobSpool::open({node_.folder / "jobs", {JOB_HELPER, "--job-supervisor"}, {}, {}},
                                  clock_)
                 .value();
    node_.job_spool = spool_.get();
    agent_ = std::make_unique<plugins::package::PackageAgent>(
        ddl::built_in("package").value(), node_, packages::Programs{{folder_ / "bin"}});
  }

  plugins::ActionReply call(const std::string& action, Value data = Value::object(),
                            std::chrono::seconds patience = std::chrono::seconds(120)) {
    return agent_->handle(request_of(action, std::move(data), "cert=alice", patience));
  }
  std::string ensure(const std::string& package) {
    const auto reply = call("status", {{"package", package}});
    return reply.status == 0 ? reply.data.at("ensure") : Value(reply.message);
  }
  void publish_later() {
    ASSERT_EQ(std::system(fmt::format("'{}/bin/publish-later'", folder_.path().string()).c_str()),
              0);
    const auto reply = call("refresh");
    ASSERT_EQ(reply.status, 0) << reply.message;
    EXPECT_EQ(reply.data.at("exitcode"), 0);
  }

  fakes::TempFolder folder_;
  base::SystemClock clock_;
  TestNode node_{"n1.example", clock_};
  std::unique_ptr<jobs::JobSpool> spool_;
  std::unique_ptr<plugins::package::PackageAgent> agent_;

 private:
  const char* const script_;
};

}  // namespace muster::test
