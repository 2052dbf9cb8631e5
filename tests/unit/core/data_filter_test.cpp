// Filters that ask data plugins: the loop does not wait for them.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include "tests/unit/core/desk_lab.hpp"
#include "tests/unit/dispatch/test_data.hpp"

namespace muster::agent {
namespace {

using testing::HasSubstr;
using namespace std::chrono_literals;

// A node whose only data plugin, "fstat", answers as the test says.
class DataFilterTest : public DeskLab {
 protected:
  void start(TestData::Answer answer = {}) {
    auto plugin = std::make_shared<TestData>("fstat", std::move(answer));
    plugin->set_timeout(2s);
    data_.replace_others({plugin});
    if (!table_) table_.emplace(agents_of(std::make_unique<TestAgent>("echo")));
    executor_.emplace();
    auto context = around_.context(*table_, loop_.clock());
    context.data = &data_;
    context.data_policy = [](const messages::Request& request, security::Role,
                             std::string_view name,
                             const std::optional<std::string>& argument) -> Status {
      if (argument != "/secret") return {};
      return fail(Errc::refused, fmt::format("{} may not ask {}", request.caller, name));
    };
    open(std::move(context));
  }
  messages::Request asking(const std::string& compound, const std::string& fact = "") {
    auto wire = request();
    if (!compound.empty()) wire.filter.compounds.push_back(compound);
    if (!fact.empty()) wire.filter.facts.push_back(fact);
    return wire;
  }
  // Carried out at once; the id.
  std::string submit(const std::string& compound, const std::string& fact = "") {
    const auto id = take(asking(compound, fact));
    executor_->run_all();
    EXPECT_TRUE(desk_->idle());
    return id;
  }
  bool answered(const std::string& id) { return replies(id) > 0; }

  DataTable data_;
};

TEST_F(DataFilterTest, WhomThePluginsAnswerFitsTheActionRuns) {
  start();
  const auto ours = submit("fstat('/x').size=6 and country=de");
  const auto others = submit("fstat('/x').size=7 or country=fr");
  EXPECT_EQ(reply_to(ours).status, 0U);
  EXPECT_FALSE(answered(others));
  EXPECT_EQ(around_.statistics.passed, 1U);
  EXPECT_EQ(around_.statistics.filtered, 1U);
  EXPECT_EQ(around_.statistics.data_failed, 0U);
}

TEST_F(DataFilterTest, WithoutAnAnswerTheWholeExpressionIsFalseAndThatIsCounted) {
  start();
  for (const char* expression :
       {"nosuch('/x').size=6", "not nosuch('/x').size=6", "country=de or nosuch('/x').size=6",
        "!fstat('relative').size=6"}) {
    const auto failed = around_.statistics.data_failed.load();
    const auto id = submit(expression);
    EXPECT_FALSE(answered(id)) << expression;
    EXPECT_EQ(around_.statistics.data_failed, failed + 1) << expression;
  }
}

TEST_F(DataFilterTest, WhoeverWantsToKnowIsToldWhyThereIsNoAnswer) {
  start();
  auto wire = request();
  wire.filter.compounds.push_back("fstta('/x').size=6");
  wire.tell_mismatch = true;
  const auto reply = call(wire);
  EXPECT_EQ(reply.outcome, messages::Outcome::filtered);
  EXPECT_EQ(reply.status, 3U);
  EXPECT_EQ(reply.message, "no data plugin 'fstta' here; did you mean 'fstat'?");
}

TEST_F(DataFilterTest, WhatThePolicyRefusesIsNotAskedAndTheFilterSaysWhy) {
  int asked = 0;
  start([&asked](const auto&) -> Result<Value> {
    ++asked;
    return Value{{"size", 6}};
  });
  for (const char* expression : {"fstat('/secret').size=6", "not fstat('/secret').size=6"}) {
    auto wire = request();
    wire.filter.compounds.push_back(expression);
    wire.tell_mismatch = true;
    const auto reply = call(wire);
    EXPECT_EQ(reply.outcome, messages::Outcome::filtered);
    EXPECT_EQ(reply.message, "alice may not ask fstat");
  }
  EXPECT_EQ(asked, 0);
}

TEST_F(DataFilterTest, ThePluginsAreNotAskedWhenTheRestOfTheFilterSaysNo) {
  int asked = 0;
  start([&asked](const auto&) -> Result<Value> {
    ++asked;
    return Value{{"size", 6}};
  });
  submit("fstat('/x').size=6", "country=fr");
  EXPECT_EQ(asked, 0);
  submit("fstat('/x').size=6", "country=de");
  EXPECT_EQ(asked, 1);
}

TEST_F(DataFilterTest, ThePluginsAreAskedBesideTheLoopSoThatASlowOneHoldsUpNobodyElse) {
  int asked = 0;
  start([&asked](const auto&) -> Result<Value> {
    ++asked;
    return Value{{"size", 6}};
  });
  const auto id = take(asking("fstat('/x').size=6"));
  EXPECT_EQ(asked, 0);
  executor_->run_all();
  EXPECT_EQ(asked, 1);
  EXPECT_EQ(reply_to(id).status, 0U);
}

TEST_F(DataFilterTest, APolicyIsAskedAfterTheFilter) {
  around_.allows = false;
  start();
  EXPECT_EQ(call(asking("fstat('/x').size=6")).outcome, messages::Outcome::refused);
  const auto others = submit("fstat('/x').size=7");
  EXPECT_FALSE(answered(others));
}

TEST_F(DataFilterTest, ALateRequestIsAnsweredByThoseWhomItWasFor) {
  start();
  auto wire = request();
  wire.filter.compounds.push_back("fstat('/x').size=6");
  loop_.advance(std::chrono::seconds(120));
  EXPECT_EQ(call(wire).outcome, messages::Outcome::expired);
}

TEST_F(DataFilterTest, APluginThatNeverAnswersIsToldAtTheDeadline) {
  start([this](const auto&) -> Result<Value> {
    loop_.advance(3s);  // as if the plugin took so long
    return Value{{"size", 6}};
  });
  auto wire = asking("fstat('/x').size=6");
  wire.timeout_s = 1;
  take(wire);
  executor_->run_first();
  const auto reply = reply_to(wire.id);
  EXPECT_EQ(reply.status, 1U);
  EXPECT_THAT(reply.message, HasSubstr("data plugins of the filter did not answer within 1 s"));
  executor_->give_back();
  executor_->run_all();
  EXPECT_TRUE(desk_->idle());
  EXPECT_EQ(around_.statistics.replies, 1U) << "the late answer is not sent as well";
  EXPECT_EQ(around_.statistics.passed, 0U);
  EXPECT_EQ(around_.audit.counts().written, 0U) << "what is not done is not recorded as allowed";
}

TEST_F(DataFilterTest, ANodeWithNeitherTheAgentNorThePluginSaysThatItDoesNotMatch) {
  start();
  auto wire = request();
  wire.agent = "nosuch";
  wire.filter.compounds.push_back("nosuch('/x').size=6");
  wire.tell_mismatch = true;
  EXPECT_EQ(call(wire).outcome, messages::Outcome::filtered);
}

TEST_F(DataFilterTest, AProcessThatHasToStartGetsTimeForThatHereToo) {
  std::chrono::steady_clock::time_point deadline;
  auto agent =
      std::make_shared<TestAgent>("slow", [&deadline](const plugins::ActionRequest& request) {
        deadline = request.deadline;
        return plugins::ActionReply::ok(Value::object());
      });
  agent->set_start_up_time(1500ms);
  table_.emplace(agents_of(std::make_unique<TestAgent>("echo")));
  table_->replace_others({agent}, {});
  start();
  auto wire = asking("fstat('/x').size=6");
  wire.agent = "slow";
  wire.timeout_s = 3;
  EXPECT_EQ(call(wire).status, 0U);
  EXPECT_EQ(deadline, loop_.clock().steady() + 4'500ms);
}

}  // namespace
}  // namespace muster::agent
