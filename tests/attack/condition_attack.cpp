// The conditions of policy lines, dodged.
#include "tests/attack/approvals.hpp"
#include "tests/support/fakes/body_of.hpp"

namespace muster::attack {
namespace {

class Condition : public ApprovalGate {
 protected:
  void policy(const std::string& text) {
    around_.folder.write("policies/echo.policy", text);
    policies_.reload();
  }
};

TEST_F(Condition, AMisspeltConditionDeniesAll) {
  row("operator", "'aprove: 2 of admins', so that a line allows what it should not",
      "refused with file and line");
  policy("allow\t*\tact\t*\taprove: 2 of admins\n");
  EXPECT_FALSE(carried_out(request()));
}

TEST_F(Condition, AnArgumentInOtherLettersIsNone) {
  row("operator", "COUNT in place of an argument that a line denies", "answered invalid, audited");
  policy("deny\t*\t*\t*\targs: count=9\nallow\t*\tact\t*\n");
  for (const auto* name : {"COUNT", "Count", "count ", " count"})
    EXPECT_FALSE(carried_out(request({{name, 9}}))) << name;
}

TEST_F(Condition, AnArgumentOfAnotherTypeIsNone) {
  row("operator", "the number that a line denies as a text, a real number or a list",
      "answered invalid or refused, audited");
  policy("deny\t*\t*\t*\targs: count=9\nallow\t*\tact\t*\n");
  for (const auto& value : {Value("9 "), Value("09"), Value(9.5), Value({9})})
    EXPECT_FALSE(carried_out(request({{"count", value}}))) << value.dump();
}

TEST_F(Condition, ADenyIsNotGoneWhileFactsAreGathered) {
  row("operator",
      "asks right after the agent's start, before the program has run that tells the fact a deny "
      "asks for",
      "answered refused, audited");
  bool gathered = false;
  Value facts = Value::object();
  const agent::Judgement judgement({around_.identity, around_.clock, table_, policies_,
                                    [&] { return std::make_shared<const Value>(facts); },
                                    [] { return std::vector<std::string>{}; }, nullptr,
                                    [&] { return gathered; }});
  const auto allowed = [&] {
    return judgement.action(request(), security::Role::operator_).allowed.has_value();
  };
  policy("deny\t*\tact\trole=production\nallow\t*\tact\t*\n");
  EXPECT_FALSE(allowed());
  gathered = true;
  EXPECT_TRUE(allowed()) << "a node without that fact";
  facts["role"] = "production";
  EXPECT_FALSE(allowed());
  gathered = false;
  policy("allow\t*\tact\t*\n");
  EXPECT_TRUE(allowed()) << "a policy that asks for no fact waits for none";
}

TEST_F(Condition, ASecondLineIsNotWhatALineAllows) {
  row("operator",
      "a command of two lines, one of which a line allows, or neither of which a deny names alone",
      "answered refused, audited");
  const auto decide = [&](const std::string& command) {
    const Value arguments{{"command", command}};
    policy::Question question{{"cert=bob", security::Role::operator_}, "act"};
    question.arguments = &arguments;
    return policies_.decide("echo", question).allowed;
  };
  for (const auto* words : {"command=/^uptime$/", "command=~^uptime$", "command!=/^reboot/"}) {
    policy("allow\t*\tact\t*\targs: " + std::string(words) + "\n");
    EXPECT_TRUE(decide("uptime")) << words;
    EXPECT_FALSE(decide("uptime\nreboot")) << words;
    EXPECT_FALSE(decide("reboot\nuptime")) << words;
  }
  policy("deny\t*\tact\t*\targs: command=/^reboot$/\nallow\t*\tact\t*\n");
  EXPECT_FALSE(decide("uptime\nreboot"));
  policy("deny\t*\tact\t*\targs: command!=/^uptime$/\nallow\t*\tact\t*\n");
  EXPECT_FALSE(decide("uptime\nreboot"));
  EXPECT_TRUE(decide("uptime"));
}

TEST_F(Condition, AnArgumentTwiceIsJudgedAsItIsRun) {
  row("operator", "an argument twice on the wire, one to be judged and one to be run",
      "answered refused, audited");
  policy("deny\t*\t*\t*\targs: count=9\nallow\t*\tact\t*\n");
  // Two maps in one message are one with the entries of both, the later last.
  messages::Request harmful;
  harmful.arguments = Value{{"count", 9}};
  const auto body = test::body_of(request({{"count", 1}})) + test::body_of(harmful);
  EXPECT_EQ(messages::Request::decode(body)->arguments.value(), Value({{"count", 9}}));
  EXPECT_FALSE(carried_out_body(body));
}

TEST_F(Condition, ADefaultIsJudgedAsIfItWereSaid) {
  row("operator", "leaves out an argument whose default a line denies",
      "answered refused, audited");
  policy("deny\t*\t*\t*\targs: count=7\nallow\t*\tact\t*\n");
  EXPECT_FALSE(carried_out(request(Value::object())));
}

TEST_F(Condition, YesStandsForNoApproval) {
  row("operator", "says --yes to more nodes than a line allows without approval",
      "answered refused, audited");
  policy("allow\t*\tact\t*\tmax_nodes: 1\tapprove: 2 of admins\n");
  auto wire = request();
  wire.confirmed = true;
  expect_refused(wire, "needs approval of 2 of admins");
}

TEST_F(Condition, AFilterThatMatchesEveryNodeIsNone) {
  row("operator", "-I /./ and -S 'not nosuch' where a filter is required",
      "refused in words, audited");
  policy("allow\t*\tact\t*\trequire_filter: yes\n");
  auto wire = request();
  wire.filter.identities.push_back("/./");
  expect_refused(wire, "its own matches any");
  wire = request();
  wire.filter.compounds.push_back("not nosuch");
  expect_refused(wire, "its own matches any");
}

TEST_F(Condition, TheHourIsTheNodes) {
  row("operator", "a request from a clock that is set into the hours that are allowed",
      "answered refused, audited");
  // The clock of the test begins at midnight.
  policy("allow\t*\tact\t*\ttime: 23:59-24:00\n");
  auto wire = request();
  wire.sent_at_ms = around_.clock.unix_ms() - 20'000;
  around_.replay->clock_compared(around_.clock.unix_ms() - 30'000);
  EXPECT_FALSE(carried_out(wire));
}

}  // namespace
}  // namespace muster::attack
