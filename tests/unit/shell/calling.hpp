// shell and exec on a node with a real job spool, called as the dispatcher calls them.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "node-agent/jobs/job_spool.hpp"
#include "plugins/agents/exec/exec_agent.hpp"
#include "plugins/agents/shell/shell_agent.hpp"
#include "proto/ddl/texts.hpp"
#include "tests/support/node/test_node.hpp"

namespace muster::plugins::shell {

class CommandTest : public testing::Test {
 protected:
  CommandTest() { open_spool(); }
  void TearDown() override {
    for (const auto& job : spool_->list()) {
      static_cast<void>(spool_->kill(job.id));
      static_cast<void>(
          spool_->wait(job.id, std::chrono::steady_clock::now() + std::chrono::seconds(20)));
    }
  }

  // As after a restart of the agent.
  void open_spool() {
    spool_.reset();
    spool_ = jobs::JobSpool::open({node_.folder / "jobs", {JOB_HELPER, "--job-supervisor"}, {}, {}},
                                  clock_)
                 .value();
    node_.job_spool = spool_.get();
  }

  ActionReply call(Agent& agent, const std::string& action, const Value& inputs,
                   std::chrono::milliseconds patience = std::chrono::seconds(30)) {
    const auto checked = ddl::check_inputs(agent.ddl(), action, inputs);
    if (!checked) return ActionReply::failed(checked.error());
    auto request = test::request_of(action, *checked);
    request.request_id = "r" + std::to_string(++last_request_);
    request.deadline = std::chrono::steady_clock::now() + patience;
    auto reply = agent.handle(request);
    const auto* described = agent.ddl().find(action);
    for (const auto& [name, unused] : reply.data.items()) {
      bool known = false;
      for (const auto& output : described->outputs) known = known || output.name == name;
      EXPECT_TRUE(known) << name << " is not in the DDL";
    }
    return reply;
  }
  ActionReply shell(const std::string& action, const Value& inputs,
                    std::chrono::milliseconds patience = std::chrono::seconds(30)) {
    return call(shell_, action, inputs, patience);
  }
  ActionReply run(const std::string& line) { return shell("run", {{"command", line}}); }

  base::SystemClock clock_;
  test::TestNode node_{"web1", clock_};
  std::unique_ptr<jobs::JobSpool> spool_;
  ShellAgent shell_{ddl::built_in("shell").value(), node_};
  exec::ExecAgent exec_{ddl::built_in("exec").value(), node_};
  int last_request_ = 0;
};

}  // namespace muster::plugins::shell
