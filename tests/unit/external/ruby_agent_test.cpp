#include "node-agent/external/ruby_agent.hpp"

#include <gmock/gmock.h>

#include "tests/unit/external/surroundings.hpp"

namespace muster::external {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

class RubyAgentTest : public testing::Test {
 protected:
  std::shared_ptr<plugins::Agent> songbird() const {
    return around_.agent(TestSurroundings::ruby("songbird", kAgents / "ruby"));
  }
  // What becomes of an agent of this code, described as `songbird` is.
  std::string reason(const std::string& name, const std::string& code, const std::string& ddl) {
    const auto libdir = around_.node.folder / "ruby";
    around_.node.folder.write("ruby/mcollective/agent/" + name + ".rb", code);
    if (!ddl.empty()) around_.node.folder.write("ruby/mcollective/agent/" + name + ".ddl", ddl);
    return load(TestSurroundings::ruby(name, libdir), around_.around, -1).reason;
  }
  static std::string ddl_of(const std::string& name) {
    return "metadata :name => '" + name +
           "', :description => 'd', :author => 'a', :license => 'l', :version => '1.0', :url => "
           "'u', :timeout => 5\naction 'act', :description => 'acts' do\nend\n";
  }

  TestSurroundings around_;
};

TEST_F(RubyAgentTest, ItsDdlBecomesOurs) {
  const auto bird = songbird();
  const auto& ddl = bird->ddl();
  EXPECT_EQ(ddl.name, "songbird");
  EXPECT_EQ(ddl.timeout, 10s);
  EXPECT_EQ(ddl.action_names(), (std::vector<std::string>{"sing", "count", "run", "fail"}));
  const auto& sing = *ddl.find("sing");
  EXPECT_EQ(sing.display, ddl::Display::always);
  ASSERT_EQ(sing.inputs.size(), 2U);
  EXPECT_EQ(sing.inputs[0].maxlength, 30);
  EXPECT_EQ(sing.inputs[1].default_value, 1);
  ASSERT_EQ(sing.aggregates.size(), 1U);
  EXPECT_EQ(sing.aggregates[0].function, "summary");
  EXPECT_EQ(ddl.find("count")->inputs[0].validation, "shellsafe");
  const auto& fail = *ddl.find("fail");
  ASSERT_EQ(fail.aggregates.size(), 1U);
  EXPECT_EQ(fail.aggregates[0].function, "boolean_summary");
  EXPECT_EQ(fail.aggregates[0].format, "%s: %d");
  EXPECT_EQ(fail.aggregates[0].mapping.size(), 2U);
}

TEST_F(RubyAgentTest, AnActionHasRequestCallerFactsSettingsAndHooks) {
  around_.node.folder.write("plugin.d/songbird.cfg", "nest = oak\n");
  const auto reply = TestSurroundings::call(*songbird(), "sing", {{"song", "la la"}, {"times", 2}});
  EXPECT_EQ(reply.status, 0) << reply.message;
  EXPECT_EQ(reply.data, (Value{{"song", "la la, la la"},
                               {"caller", "cert=alice"},
                               {"country", "de"},
                               {"nest", "oak"},
                               {"hooks", {"startup", "before sing", "after 0"}},
                               {"mood", "merry"}}));
}

TEST_F(RubyAgentTest, SettingsOfMcollectivesOwnConfigurationCountWhereOursSayNothing) {
  around_.node.folder.write("mcollective/server.cfg",
                            "connector = stomp\nplugin.songbird.nest = elm\n");
  EXPECT_EQ(TestSurroundings::call(*songbird(), "sing", {{"song", "la"}}).data["nest"], "elm");
  around_.node.folder.write("plugin.d/songbird.cfg", "nest = oak\n");
  EXPECT_EQ(TestSurroundings::call(*songbird(), "sing", {{"song", "la"}}).data["nest"], "oak");
}

TEST_F(RubyAgentTest, InputsAreCheckedByMcollectiveToo) {
  const auto bird = songbird();
  const auto ahead = TestSurroundings::call(*bird, "sing", {{"song", "silence"}});
  EXPECT_EQ(ahead.status, 4) << "an expression that RE2 has not";
  EXPECT_THAT(ahead.message, HasSubstr("Cannot validate input song"));
  const auto unsafe = TestSurroundings::call(*bird, "sing", {{"song", "la; la"}});
  EXPECT_EQ(unsafe.status, 4) << "validate :song, :shellsafe";
  EXPECT_THAT(unsafe.message, HasSubstr("did not pass validation"));
  EXPECT_EQ(TestSurroundings::call(*bird, "sing", {{"song", std::string(31, 'a')}}).status, 4);
  EXPECT_EQ(TestSurroundings::call(*bird, "sing").status, 3);
}

TEST_F(RubyAgentTest, ImplementedByAndRunWork) {
  const auto bird = songbird();
  const auto counted = TestSurroundings::call(*bird, "count", {{"word", "hello"}});
  EXPECT_EQ(counted.status, 0) << counted.message;
  EXPECT_EQ(counted.data, (Value{{"letters", 5}}));
  const auto failed = TestSurroundings::call(*bird, "count", {{"word", "silence"}});
  EXPECT_EQ(failed.status, 2) << "the script's exit code";
  EXPECT_THAT(failed.message, HasSubstr("nothing to count"));
  const auto ran = TestSurroundings::call(*bird, "run");
  EXPECT_EQ(ran.data, (Value{{"out", "finch\n/"}, {"err", "oops"}, {"exitcode", 3}}))
      << ran.message;
}

struct Failure {
  std::string how;
  int status;
  std::string message;
  Value reached;
};

TEST_F(RubyAgentTest, EveryWayToFailHasItsStatusAndCostsThatCallAlone) {
  const auto bird = songbird();
  const std::vector<Failure> table{
      {"fail", 3, "it could not", true},
      {"fail!", 4, "it must not", nullptr},
      {"raise", 5, "that was odd", nullptr},
      {"exit", 5, "exit", nullptr},
      {"abort", 5, "enough", nullptr},
      {"kill", 5, "songbird#fail: it was ended by signal 9", nullptr},
      {"hang", 5, "did not end within", nullptr},
      {"gigabyte", 5, "printed more than", nullptr},
      {"later", 5, "the hook fails", nullptr},
  };
  for (const auto& row : table) {
    const auto reply = TestSurroundings::call(*bird, "fail", {{"how", row.how}},
                                              row.how == "hang" ? 2'000ms : 60'000ms);
    EXPECT_EQ(reply.status, row.status) << row.how << ": " << reply.message;
    EXPECT_THAT(reply.message, HasSubstr(row.message)) << row.how;
    EXPECT_EQ(reply.data.value("reached", Value()), row.reached) << row.how;
  }
  EXPECT_EQ(TestSurroundings::call(*bird, "sing", {{"song", "la"}}).status, 0);
}

TEST_F(RubyAgentTest, DataThatIsNoMapIsAnAnswer) {
  const auto reply = TestSurroundings::call(*songbird(), "fail", {{"how", "text"}});
  EXPECT_EQ(reply.status, 0) << reply.message;
  EXPECT_EQ(reply.data, "1067");
}

TEST_F(RubyAgentTest, ItsWarningsAreLoggedAsWarnings) {
  const auto bird = songbird();
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  TestSurroundings::call(*bird, "fail", {{"how", "warn"}});
  const auto logged =
      testing::internal::GetCapturedStdout() + testing::internal::GetCapturedStderr();
  EXPECT_THAT(logged, testing::ContainsRegex("warning\\] an agent says.*the nest is old"));
  EXPECT_THAT(logged, testing::ContainsRegex("warning\\] an agent says.*Warning: deprecated"));
  EXPECT_THAT(logged, testing::ContainsRegex("error\\] an agent says.*the nest is gone"));
}

TEST_F(RubyAgentTest, UndeclaredInputsPassAsWithMcollective) {
  const auto bird = songbird();
  const auto inputs = ddl::inputs_from_words(bird->ddl(), "run", {"count=2", "bird=a wren"});
  ASSERT_TRUE(inputs) << inputs.error().message;
  EXPECT_EQ(*inputs, (Value{{"count", "2"}, {"bird", "a wren"}}));
  const auto reply = TestSurroundings::call(*bird, "run", *inputs);
  EXPECT_EQ(reply.data.value("undeclared", Value()), "a wren") << reply.message;
}

TEST_F(RubyAgentTest, WhatJsonCannotHoldBecomesText) {
  const auto reply = TestSurroundings::call(*songbird(), "fail", {{"how", "odd"}});
  EXPECT_EQ(reply.data, (Value{{"not_a_number", "NaN"},
                               {"bytes", "\uFFFD\uFFFD"},
                               {"symbol", "a"},
                               {"time", "1970-01-01 00:00:00 UTC"},
                               {"reached", true}}));
}

TEST_F(RubyAgentTest, NothingThatAnActionAnswersMakesItAFailure) {
  const auto reply = TestSurroundings::call(*songbird(), "fail", {{"how", "odder"}});
  EXPECT_EQ(reply.status, 0) << reply.message;
  ASSERT_EQ(reply.data.value("huge", "").size(), 603U) << "the digits of 2 to the 2000th";
  auto data = reply.data;
  data.erase("huge");
  EXPECT_EQ(data, (Value{{"wide", "18446744073709551616"},
                         {"widest", 18446744073709551615U},
                         {"least", std::numeric_limits<std::int64_t>::min()},
                         {"set", {1, "a"}},
                         {"utf7", "a"},
                         {"basic", "#<BasicObject>"},
                         {"silent", "#<Object>"},
                         {"7", "1..3"},
                         {"ratio", "1/3"},
                         {"utf16", "ü"},
                         {"reached", true}}));
}

TEST_F(RubyAgentTest, AnAgentThatCannotBeLoadedIsDisabledWithItsReason) {
  const std::string good =
      "module MCollective\nmodule Agent\nclass Wren < RPC::Agent\nend\nend\nend\n";
  EXPECT_EQ(reason("wren", good, ddl_of("wren")), "");
  EXPECT_THAT(reason("wren", "module MCollective\n", ddl_of("wren")), HasSubstr("SyntaxError"));
  EXPECT_THAT(reason("wren", "require 'no_such_gem'\n", ddl_of("wren")), HasSubstr("no_such_gem"));
  EXPECT_THAT(reason("wren", "exit 3\n", ddl_of("wren")), HasSubstr("SystemExit"));
  EXPECT_THAT(reason("wren", good, "metadata :name => 1\n"), HasSubstr("Metadata needs"));
  const std::string hook =
      "module MCollective\nmodule Agent\nclass Wren < RPC::Agent\ndef startup_hook\n"
      "raise 'no nest'\nend\nend\nend\nend\n";
  EXPECT_THAT(reason("wren", hook, ddl_of("wren")), HasSubstr("no nest"));
  const std::string off =
      "module MCollective\nmodule Agent\nclass Wren < RPC::Agent\nactivate_when "
      "{ false }\nend\nend\nend\n";
  EXPECT_EQ(reason("wren", off, ddl_of("wren")), "it does not want to be active on this node");
  std::filesystem::remove(around_.node.folder / "ruby/mcollective/agent/wren.ddl");
  EXPECT_THAT(reason("wren", good, ""), HasSubstr("wren.ddl: No such file"));
  around_.around.ruby = "/no/such/ruby";
  EXPECT_THAT(reason("wren", good, ddl_of("wren")), HasSubstr("mcollective-common"));
}

TEST_F(RubyAgentTest, ASettingCanSwitchAnAgentOff) {
  around_.node.folder.write("plugin.d/songbird.cfg", "asleep = yes\n");
  EXPECT_EQ(load(TestSurroundings::ruby("songbird", kAgents / "ruby"), around_.around, -1).reason,
            "it does not want to be active on this node");
}

}  // namespace
}  // namespace muster::external
