// Which workflow a node gets, as orchestrator.yaml says it.
#include <gmock/gmock.h>

#include "orchestrator/daemon/daemon_config.hpp"
#include "tests/support/fakes/temp_folder.hpp"

namespace muster::daemon {
namespace {

using testing::HasSubstr;

class WorkflowRulesTest : public testing::Test {
 protected:
  WorkflowRulesTest() {
    for (const auto* name : {"web", "db"})
      folder_.write(std::string(name) + ".yaml",
                    "name: " + std::string(name) + "\nsteps:\n  - {name: claim, do: claim}\n");
  }
  Result<workflow::Rules> read(const std::string& workflows) const {
    const auto config = load_config(folder_.write("orchestrator.yaml",
                                                  "brokers: ['b:8886']\ncertificate: c.pem\n"
                                                  "key: k.pem\noperator_root: r.pem\n"
                                                  "orchestrator_root: o.pem\n" +
                                                      workflows));
    if (!config) return fail(config.error());
    return load_rules(config->workflows, config->workflow, config->ddl_folder,
                      folder_ / "orchestrator.yaml");
  }
  std::string why_not(const std::string& workflows) const {
    const auto rules = read(workflows);
    return rules ? "" : rules.error().message;
  }

  const fakes::TempFolder folder_;
};

TEST_F(WorkflowRulesTest, FilesAreFoundBesideTheConfigurationAndInTheirOrder) {
  const auto rules =
      read("workflows:\n  - {when: country=de, workflow: db.yaml}\n  - {workflow: web.yaml}\n");
  ASSERT_TRUE(rules) << rules.error().message;
  EXPECT_THAT(rules->names(), testing::ElementsAre("db", "web"));
}

TEST_F(WorkflowRulesTest, WithoutThemAllNodesGetTheOne) {
  EXPECT_THAT(read("workflow: db.yaml\n").value().names(), testing::ElementsAre("db"));
  EXPECT_THAT(read("workflow: db.yaml\nworkflows: []\n").value().names(),
              testing::ElementsAre("db"));
  EXPECT_THAT(why_not("workflow: db.yaml\nworkflows: [{workflow: web.yaml}]\n"),
              HasSubstr("leave out 'workflow'"));
}

TEST_F(WorkflowRulesTest, WhatIsWrongIsToldWithItsLine) {
  EXPECT_THAT(why_not("workflows:\n  - {when: 'country=', workflow: db.yaml}\n"),
              HasSubstr("orchestrator.yaml:7: when:"));
  EXPECT_THAT(why_not("workflows:\n  - {when: steps.a.b=1, workflow: db.yaml}\n"),
              HasSubstr("before a node has a workflow"));
  EXPECT_THAT(why_not("workflows:\n  - {wen: a=1, workflow: db.yaml}\n"),
              HasSubstr("did you mean 'when'?"));
  EXPECT_THAT(why_not("workflows:\n  - {when: a=1}\n"), HasSubstr("names the file"));
}

TEST_F(WorkflowRulesTest, EachFileIsRead) {
  folder_.write("bad.yaml", "name: bad\nsteps:\n  - {name: claim, do: clam}\n");
  EXPECT_THAT(why_not("workflows:\n  - {when: a=1, workflow: bad.yaml}\n  - {workflow: db.yaml}\n"),
              HasSubstr("bad.yaml:3: unknown do 'clam'"));
  EXPECT_THAT(why_not("workflows:\n  - {workflow: db.yaml}\n  - {workflow: web.yaml}\n"),
              HasSubstr("no node comes to the rule for 'web'"));
}

TEST_F(WorkflowRulesTest, WhatANodeGoesThroughThatIsToGoBeginsWithLeave) {
  folder_.write("out.yaml", "name: out\nsteps:\n  - {name: leave, do: leave}\n");
  EXPECT_THAT(why_not("workflow: out.yaml\n"), HasSubstr("it is for 'decommission'"));
  const auto load = [&](const char* file, bool named) {
    return load_decommission(folder_ / file, named, {});
  };
  ASSERT_TRUE(load("out.yaml", true));
  EXPECT_EQ(load("out.yaml", true).value()->name, "out");
  EXPECT_THAT(load("web.yaml", true).error().message, HasSubstr("begins with 'do: leave'"));
  EXPECT_EQ(load("none.yaml", false).value(), nullptr) << "nobody said that there is one";
  EXPECT_FALSE(load("none.yaml", true));
}

}  // namespace
}  // namespace muster::daemon
