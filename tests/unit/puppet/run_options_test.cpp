// What callers choose for a run, as options of `puppet agent`.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "node-agent/jobs/job_spool.hpp"
#include "plugins/agents/puppet/puppet_agent.hpp"
#include "plugins/agents/puppet/puppet_run.hpp"
#include "proto/ddl/texts.hpp"
#include "tests/support/node/test_node.hpp"

namespace muster::plugins::puppet {
namespace {

using testing::HasSubstr;
using testing::Not;

class RunOptionsTest : public testing::Test {
 protected:
  RunOptionsTest() {
    node_.paths.program = node_.folder.write("bin/puppet", "#!/bin/sh\necho \"$@\"\n", 0755);
    spool_ = jobs::JobSpool::open({node_.folder / "jobs", {JOB_HELPER, "--job-supervisor"}, {}, {}},
                                  clock_)
                 .value();
    node_.job_spool = spool_.get();
  }
  // Checked by the DDL, as the dispatcher does.
  ActionReply run(Value data) {
    const auto ddl = ddl::built_in("puppet").value();
    data["wait_s"] = 20;
    const auto checked = ddl::check_inputs(ddl, "runonce", data);
    if (!checked) return ActionReply::failed(checked.error());
    return PuppetAgent(ddl, node_).handle(test::request_of("runonce", *checked));
  }

  base::SystemClock clock_;
  test::TestNode node_{"n1.example", clock_};
  std::unique_ptr<jobs::JobSpool> spool_;
};

TEST_F(RunOptionsTest, WhatIsNotChosenIsLeftToPuppetConfButTheSplay) {
  const auto reply = run({});
  ASSERT_EQ(reply.status, 0) << reply.message;
  const std::string line = reply.data.at("last_lines");
  EXPECT_THAT(line, HasSubstr("--no-splay"));
  for (const char* option : {"--server", "--environment", "--tags", "--skip_tags", "noop",
                             "use_cached_catalog ", "ignoreschedules", "--splaylimit"})
    EXPECT_THAT(line, Not(HasSubstr(option)));
}

TEST_F(RunOptionsTest, EachChoiceIsAnOption) {
  const std::pair<Value, const char*> choices[] = {
      {{{"noop", true}}, " --noop "},
      {{{"noop", false}}, " --no-noop "},
      {{{"use_cached_catalog", true}}, " --use_cached_catalog "},
      {{{"use_cached_catalog", false}}, " --no-use_cached_catalog "},
      {{{"ignoreschedules", true}}, " --ignoreschedules "},
      {{{"skip_tags", "x,y::z"}}, " --skip_tags x,y::z "},
      {{{"server", "p1.example"}}, " --server p1.example --server_list= --no-use_srv_records "},
      {{{"server", "p1.example:8141"}}, " --server p1.example --serverport 8141 --server_list= "},
      {{{"server", "[2001:db8::1]"}}, " --server [2001:db8::1] "},
      {{{"server", "[2001:db8::1]:8141"}}, " --server [2001:db8::1] --serverport 8141 "},
      {{{"force", true}}, " --no-splay "},
      {{{"splay", true}}, " --splay --splaylimit 30 "},
      {{{"splay", true}, {"splaylimit", 90}}, " --splay --splaylimit 90 "}};
  for (const auto& [data, option] : choices) {
    const auto reply = run(data);
    ASSERT_EQ(reply.status, 0) << data << reply.message;
    EXPECT_THAT(reply.data.at("last_lines").get<std::string>(), HasSubstr(option)) << data;
  }
}

TEST_F(RunOptionsTest, ContradictionsAndNonsenseAreRefusedInWords) {
  const std::pair<Value, const char*> wrong[] = {
      {{{"force", true}, {"splay", true}}, "exclude each other"},
      {{{"splaylimit", 5}}, "splay=true"},
      {{{"splay", true}, {"splaylimit", 0}}, "1 to 1800"},
      {{{"splay", true}, {"splaylimit", 1801}}, "1 to 1800"},
      {{{"server", "p1; reboot"}}, "server"},
      {{{"server", "-p1"}}, "server"},
      {{{"tags", "a b"}}, "tags"},
      {{{"environment", "../x"}}, "environment"}};
  for (const auto& [data, says] : wrong) {
    const auto reply = run(data);
    EXPECT_EQ(reply.status, 4) << data;
    EXPECT_THAT(reply.message, HasSubstr(says)) << data;
  }
}

}  // namespace
}  // namespace muster::plugins::puppet
