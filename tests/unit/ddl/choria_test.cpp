// What stands in Choria's own DDLs, feature by feature.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proto/ddl/ddl.hpp"

namespace muster::ddl {
namespace {

constexpr const char* kText = R"muster({
  "$schema": "https://choria.io/schemas/mcorpc/ddl/v1/agent.json",
  "metadata": {"license": "Apache License, Version 2.0", "author": "A <a@example.net>", "timeout": 20,
               "name": "sample_agent2", "version": "0.22.0", "url": "https://example.net",
               "description": "A sample", "provider": "external", "service": true},
  "actions": [{
    "action": "gen_csr2", "description": "Makes one", "display": "ok",
    "input": {
      "token": {"prompt": "Token", "description": "T", "type": "string", "default": "",
                "optional": true, "validation": ".", "maxlength": 128},
      "config": {"prompt": "C", "description": "C", "type": "string", "default": null,
                 "optional": false, "validation": "^{.+}$", "maxlength": 0},
      "OU": {"prompt": "Unit", "description": "U", "type": "string", "optional": true,
             "validation": "^[\\w\\s-]+$", "maxlength": 50},
      "url": {"prompt": "U", "description": "U", "type": "string", "default": "", "optional": false,
              "validation": "^http(s*)://", "maxlength": 512},
      "v4": {"prompt": "4", "description": "4", "type": "string", "optional": true,
             "validation": "ipv4address", "maxlength": 15},
      "v6": {"prompt": "6", "description": "6", "type": "string", "optional": true,
             "validation": "ipv6address", "maxlength": 39},
      "ip": {"prompt": "I", "description": "I", "type": "string", "optional": true,
             "validation": "ipaddress", "maxlength": 39},
      "safe": {"prompt": "S", "description": "S", "type": "string", "optional": true,
               "validation": "shellsafe", "maxlength": 99},
      "mode": {"prompt": "M", "description": "M", "type": "list", "optional": true,
               "default": "hard", "list": ["soft", "hard"]},
      "yes": {"prompt": "Y", "description": "Y", "type": "boolean", "optional": true, "default": false},
      "splay": {"prompt": "S", "description": "S", "type": "number", "default": null, "optional": true},
      "share": {"prompt": "S", "description": "S", "type": "float", "default": 0.5, "optional": true},
      "count": {"prompt": "C", "description": "C", "type": "integer", "default": 3, "optional": true},
      "env": {"prompt": "E", "description": "E", "type": "Hash", "default": {}, "optional": true},
      "more": {"prompt": "E", "description": "E", "type": "hash", "optional": true},
      "checks": {"prompt": "C", "description": "C", "type": "Array", "optional": true},
      "names": {"prompt": "N", "description": "N", "type": "array", "default": [], "optional": true}},
    "output": {
      "csr": {"description": "", "display_as": "CSR", "default": null},
      "tests": {"description": "Tests", "display_as": "Tests", "type": "integer", "default": 0},
      "list": {"description": "L", "display_as": "L", "type": "list"},
      "Facts": {"description": "F", "display_as": "F", "type": "Hash", "default": {}}},
    "aggregate": [
      {"function": "summary", "args": ["tests", {"format": "%s Tests on %d node(s)"}]},
      {"function": "summary", "args": ["csr", {"true": "yes", "false": "no"}]},
      {"function": "boolean_summary", "args": ["csr", {"true": "yes", "false": "no"}]},
      {"function": "average", "args": ["tests"]}, {"function": "sum", "args": ["tests"]},
      {"function": "chart", "args": ["tests"]}]}]})muster";

Agent sample() {
  auto agent = parse(kText, "sample.json");
  EXPECT_TRUE(agent) << agent.error().message;
  return agent ? *agent : Agent{};
}

TEST(ChoriaDdlTest, EveryFeatureIsRead) {
  const auto agent = sample();
  EXPECT_EQ(agent.provider, "external");
  EXPECT_TRUE(agent.service);
  const auto* action = agent.find("gen_csr2");
  ASSERT_NE(action, nullptr);
  EXPECT_EQ(action->inputs.size(), 17U);
  EXPECT_EQ(action->outputs.size(), 4U);
  EXPECT_EQ(action->aggregates.size(), 6U);
}

// As Choria's executor writes an input, and its agents for services, Puppet, networks and Nagios name
// validators and aggregate functions of their own.
constexpr const char* kForeign = R"muster({
  "metadata": {"license": "Apache-2.0", "author": "A", "timeout": 20, "name": "nrpe", "version": "4.2.0",
               "url": "https://example.net", "description": "A sample", "provider": "external"},
  "actions": [{
    "action": "signal", "description": "Sends one", "display": "always",
    "input": {
      "signal": {"prompt": "Signal", "description": "The signal to send", "type": "integer"},
      "service": {"prompt": "Service", "description": "The service", "type": "string", "optional": true,
                  "validation": "service_name", "maxlength": 90},
      "variable": {"prompt": "V", "description": "V", "type": "string", "optional": true,
                   "validation": "puppet_variable", "maxlength": 90},
      "fqdn": {"prompt": "F", "description": "F", "type": "string", "optional": true,
               "validation": "nettest_fqdn", "maxlength": 90}},
    "output": {"exitcode": {"description": "Exit code", "display_as": "Exit Code"},
               "processes": {"description": "P", "display_as": "P"}},
    "aggregate": [{"function": "nagios_states", "args": ["exitcode"]},
                  {"function": "process_summary", "args": [["processes"], {"format": "%s"}]},
                  {"function": "no_arguments"}]}]})muster";

TEST(ChoriaDdlTest, WhatOnlyItsOwnPluginsKnowIsAWarning) {
  const auto agent = parse(kForeign, "nrpe.json");
  ASSERT_TRUE(agent) << agent.error().message;
  EXPECT_THAT(agent->warnings,
              testing::UnorderedElementsAre(
                  testing::HasSubstr("nrpe.json: /actions/0/input/service: unknown validator "
                                     "'service_name'"),
                  testing::HasSubstr("unknown validator 'puppet_variable'"),
                  testing::HasSubstr("unknown validator 'nettest_fqdn'"),
                  testing::HasSubstr("/actions/0/aggregate/0: unknown function 'nagios_states'"),
                  testing::HasSubstr("unknown function 'process_summary'"),
                  testing::HasSubstr("unknown function 'no_arguments'")));
  const Value good{{"signal", 9}, {"service", "sshd"}};
  EXPECT_TRUE(check_inputs(*agent, "signal", good));
  EXPECT_EQ(check_inputs(*agent, "signal", {{"signal", 9}, {"service", "a; b"}}).error().code,
            Errc::invalid_data)
      << "shellsafe at least";
}

// What Go's encoder makes of a description whose fields were left empty.
constexpr const char* kWrittenByGo = R"muster({
  "$schema": "", "metadata": {"license": "Apache-2.0", "author": "A", "timeout": 10, "name": "gone", "version": "0.0.1",
               "url": "https://example.net", "description": "A sample"},
  "actions": [{"action": "status", "input": null, "output": null, "display": "", "description": "Says it"},
              {"action": "start", "display": "ok", "description": "Starts it", "aggregate": null,
               "input": {"name": {"prompt": "Name", "description": "N", "type": "string", "optional": false},
                         "tries": {"prompt": "Tries", "description": "T", "type": "int", "optional": true},
                         "on": {"prompt": "On", "description": "O", "type": "Boolean", "optional": true}},
               "output": {"state": {"description": "S", "display_as": "State", "type": ""}}}]})muster";

TEST(ChoriaDdlTest, WhatGoLeavesOutIsEmpty) {
  const auto agent = parse(kWrittenByGo, "gone.json");
  ASSERT_TRUE(agent) << agent.error().message;
  EXPECT_EQ(agent->find("status")->display, Display::failed);
  EXPECT_TRUE(agent->find("status")->inputs.empty());
  EXPECT_THAT(agent->warnings, testing::ElementsAre(testing::HasSubstr(
                                   "/actions/1/input/name: no 'validation': any text passes")));
  EXPECT_TRUE(check_inputs(*agent, "start", {{"name", "a\nb; c"}, {"tries", 3}, {"on", true}}));
  EXPECT_FALSE(check_inputs(*agent, "start", {{"name", "a"}, {"tries", "3"}}));
}

TEST(ChoriaDdlTest, NullIsAbsent) {
  auto document = Value::parse(kWrittenByGo);
  auto& start = document["actions"][1];
  for (const auto* key : {"optional", "list", "validation", "maxlength", "default", "guarded"})
    for (const auto* input : {"name", "tries"}) start["input"][input][key] = nullptr;
  start["output"]["state"]["type"] = nullptr;
  document["metadata"]["service"] = nullptr;
  const auto agent = parse(document.dump(), "gone.json");
  ASSERT_TRUE(agent) << agent.error().message;
  EXPECT_FALSE(check_inputs(*agent, "start", {{"name", "a"}})) << "not optional";
  EXPECT_TRUE(check_inputs(*agent, "start", {{"name", "a"}, {"tries", 3}}));
}

TEST(ChoriaDdlTest, AForeignValidatorMayBeSpeltAsItLikes) {
  for (const char* validation : {"puppetVariable", "service-name", "nettest_fqdn2"}) {
    auto document = Value::parse(kForeign);
    document["actions"][0]["input"]["service"]["validation"] = validation;
    const auto agent = parse(document.dump(), "x");
    ASSERT_TRUE(agent) << agent.error().message;
    EXPECT_TRUE(check_inputs(*agent, "signal", {{"signal", 9}, {"service", "sshd"}})) << validation;
  }
}

TEST(ChoriaDdlTest, AnInputThatDoesNotSayIsNotOptional) {
  const auto agent = parse(kForeign, "nrpe.json");
  ASSERT_TRUE(agent) << agent.error().message;
  EXPECT_EQ(check_inputs(*agent, "signal", Value::object()).error().code, Errc::missing_data);
}

TEST(ChoriaDdlTest, UndeclaredInputsPassWhereTheDescriptionAsksForIt) {
  auto document = Value::parse(kForeign);
  const Value more{{"signal", 9}, {"more", {1, 2}}, {"none", nullptr}};
  EXPECT_EQ(check_inputs(*parse(document.dump(), "x"), "signal", more).error().code,
            Errc::invalid_data)
      << "Choria refuses them";
  document["actions"][0]["undeclared_inputs"] = true;
  const auto agent = parse(document.dump(), "x");
  ASSERT_TRUE(agent) << agent.error().message;
  EXPECT_EQ(check_inputs(*agent, "signal", more).value(), (Value{{"signal", 9}, {"more", {1, 2}}}));
  EXPECT_EQ(inputs_from_words(*agent, "signal", {"signal=9", "more=7"}).value(),
            (Value{{"signal", 9}, {"more", "7"}}));
}

TEST(ChoriaDdlTest, AnEmptyDefaultThatMayNotBeGivenIsNone) {
  const auto agent = sample();
  EXPECT_EQ(check_inputs(agent, "gen_csr2", {{"config", "{x}"}}).error().code, Errc::missing_data);
  const auto checked =
      check_inputs(agent, "gen_csr2", {{"config", "{x}"}, {"url", "https://x"}, {"OU", "a b"}});
  ASSERT_TRUE(checked) << checked.error().message;
  EXPECT_FALSE(checked->contains("token"));
  EXPECT_EQ((*checked)["mode"], Value("hard"));
  EXPECT_EQ((*checked)["share"], Value(0.5));
}

TEST(ChoriaDdlTest, LongTextIsStillValidatedWithoutALimit) {
  EXPECT_EQ(check_inputs(sample(), "gen_csr2", {{"config", "x"}, {"url", "http://x"}}).error().code,
            Errc::invalid_data);
}

}  // namespace
}  // namespace muster::ddl
