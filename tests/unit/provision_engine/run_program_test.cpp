// A program of the site's in the middle of a run.
#include <gmock/gmock.h>

#include "orchestrator/workflow/parse.hpp"
#include "tests/unit/provision_engine/node_run_lab.hpp"

namespace muster::provision {
namespace {

class ProgramOfARunTest : public NodeRunTest {
 protected:
  void program_step(const std::string& rest) {
    auto workflow = workflow::parse_workflow(
        "name: w\nsteps:\n  - {name: claim, do: claim}\n"
        "  - {name: dns, do: program, tries: 1, " +
            rest +
            "}\n"
            "  - {name: tell, call: provision#set_puppet_host, with: {addresses: "
            "['${steps.dns.address}']}}\n"
            "  - {name: finish, call: provision#finish}\n",
        "w.yaml");
    ASSERT_TRUE(workflow) << workflow.error().message;
    workflow_ = *std::move(workflow);
  }
  void dns() {
    program_step(
        "outputs: [address], timeout_s: 30, with: {command: [/usr/bin/dns, add, "
        "'${node.facts.country}', 7], input: {zone: '${node.facts.country}.example'}}");
  }
};

TEST_F(ProgramOfARunTest, ItGetsItsArgumentsTheInputsAndWhoseNodeItIs) {
  dns();
  world_.program_prints = std::string("{}");
  run();
  ASSERT_EQ(world_.programs.size(), 1U);
  const auto& program = world_.programs.front();
  EXPECT_EQ(program.command, (std::vector<std::string>{"/usr/bin/dns", "add", "de", "7"}));
  EXPECT_EQ(program.timeout, std::chrono::seconds(30));
  EXPECT_EQ(Value::parse(program.input), (Value{{"node", "web1"},
                                                {"workflow", "w"},
                                                {"step", "dns"},
                                                {"run_id", record_.run_id},
                                                {"input", {{"zone", "de.example"}}}}));
}

TEST_F(ProgramOfARunTest, LaterStepsNameWhatItPrinted) {
  dns();
  world_.program_prints = std::string(R"({"address": "192.0.2.7", "more": 1})");
  Value told;
  world_.on("provision#set_puppet_host", [&](const Value& in) {
    told = in.at("addresses");
    return Value::object();
  });
  EXPECT_EQ(run().kind, Ending::Kind::finished);
  EXPECT_EQ(told, (Value{"192.0.2.7"}));
}

TEST_F(ProgramOfARunTest, OneThatFailsFailsTheStep) {
  dns();
  world_.program_prints = fail(Errc::aborted, "/usr/bin/dns ended with 1: no such zone");
  EXPECT_EQ(run().reason, "dns: /usr/bin/dns ended with 1: no such zone");
}

TEST_F(ProgramOfARunTest, WhatItIsToPrintMustBeThere) {
  dns();
  world_.program_prints = std::string("done");
  EXPECT_EQ(run().reason, "dns: the program printed no map of JSON: 'done'");
  world_.program_prints = std::string(R"({"addres": "192.0.2.7"})");
  EXPECT_EQ(run().reason, "dns: the program's map has no 'address'");
}

TEST_F(ProgramOfARunTest, AListIsNoWordOfItsCommand) {
  program_step("outputs: [address], with: {command: [/usr/bin/dns, '${token.alternative_names}']}");
  EXPECT_EQ(run().reason, "dns: word 2 of 'command' has become '[]', which is no word");
  EXPECT_TRUE(world_.programs.empty());
}

}  // namespace
}  // namespace muster::provision
