// Filters that ask data plugins: the judge's thread does not wait for them.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

#include "node-agent/dispatch/dispatcher.hpp"
#include "proto/messages/reply.hpp"
#include "proto/messages/request.hpp"
#include "proto/security/verifier.hpp"
#include "tests/support/fakes/wait_until.hpp"
#include "tests/unit/dispatch/gate_surroundings.hpp"
#include "tests/unit/dispatch/test_agent.hpp"
#include "tests/unit/dispatch/test_data.hpp"

namespace muster::agent {
namespace {

using testing::HasSubstr;
using namespace std::chrono_literals;

// A node whose only data plugin, "fstat", answers as the test says.
class DataFilterTest : public testing::Test {
 protected:
  DataFilterTest() {
    EXPECT_TRUE(nodes_.add(around_.pki.puppet_ca().certificate()));
    auto channel = std::make_shared<Channel>();
    channel->signer = std::make_shared<const security::Signer>(node_.signer());
    channel->reply = [this](const messages::Request&, const std::string& sealed) {
      const auto opened = security::open(sealed, envelope::Kind::reply, nodes_).value();
      auto reply = messages::Reply::decode(opened.body).value();
      const std::lock_guard lock(mutex_);
      replies_.insert({reply.request_id, reply});
    };
    channel_ = channel;
  }

  void start(TestData::Answer answer = {}, std::size_t workers = 1, std::size_t queue = 10,
             const base::Clock* clock = nullptr) {
    auto plugin = std::make_shared<TestData>("fstat", std::move(answer));
    plugin->set_timeout(2s);
    data_.replace_others({plugin});
    auto context = around_.context(table_, clock ? *clock : around_.clock);
    context.data = &data_;
    context.data_policy = [](const messages::Request& request, security::Role,
                             std::string_view name,
                             const std::optional<std::string>& argument) -> Status {
      if (argument != "/secret") return {};
      return fail(Errc::refused, fmt::format("{} may not ask {}", request.caller, name));
    };
    dispatcher_ =
        std::make_unique<Dispatcher>(std::move(context), around_.statistics, workers, queue);
  }
  std::string submit(const std::string& compound, const std::string& fact = "",
                     std::uint32_t timeout_s = 0) {
    auto wire = around_.request();
    if (!compound.empty()) wire.filter.compounds.push_back(compound);
    if (!fact.empty()) wire.filter.facts.push_back(fact);
    wire.timeout_s = timeout_s;
    dispatcher_->submit(around_.sealed(wire), false, channel_);
    return wire.id;
  }
  bool answered(const std::string& id) {
    const std::lock_guard lock(mutex_);
    return replies_.count(id) > 0;
  }
  messages::Reply reply_to(const std::string& id) {
    EXPECT_TRUE(fakes::wait_until([&] { return answered(id); })) << id;
    const std::lock_guard lock(mutex_);
    const auto found = replies_.find(id);
    return found == replies_.end() ? messages::Reply() : found->second;
  }
  bool idle() { return dispatcher_->wait_idle(fakes::kPatience); }

  std::promise<void> open_;  // lets a plugin that waits for it go on
  std::shared_future<void> opened_ = open_.get_future().share();
  GateSurroundings around_;
  test::Holder node_ = around_.pki.node("n1");
  security::TrustStore nodes_{around_.real_clock};
  std::mutex mutex_;
  std::map<std::string, messages::Reply> replies_;
  std::shared_ptr<const Channel> channel_;
  AgentTable table_{agents_of(std::make_unique<TestAgent>("echo"))};
  DataTable data_;
  std::unique_ptr<Dispatcher> dispatcher_;  // last: its threads use the rest
};

TEST_F(DataFilterTest, WhomThePluginsAnswerFitsTheActionRuns) {
  start();
  const auto ours = submit("fstat('/x').size=6 and country=de");
  const auto others = submit("fstat('/x').size=7 or country=fr");
  ASSERT_TRUE(idle());
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
    ASSERT_TRUE(idle());
    EXPECT_FALSE(answered(id)) << expression;
    EXPECT_EQ(around_.statistics.data_failed, failed + 1) << expression;
  }
}

TEST_F(DataFilterTest, WhoeverWantsToKnowIsToldWhyThereIsNoAnswer) {
  start();
  auto wire = around_.request();
  wire.filter.compounds.push_back("fstta('/x').size=6");
  wire.tell_mismatch = true;
  dispatcher_->submit(around_.sealed(wire), false, channel_);
  const auto reply = reply_to(wire.id);
  EXPECT_EQ(reply.outcome, messages::Outcome::filtered);
  EXPECT_EQ(reply.status, 3U);
  EXPECT_EQ(reply.message, "no data plugin 'fstta' here; did you mean 'fstat'?");
}

TEST_F(DataFilterTest, WhatThePolicyRefusesIsNotAskedAndTheFilterSaysWhy) {
  std::atomic<int> asked{0};
  start([&asked](const auto&) -> Result<Value> {
    ++asked;
    return Value{{"size", 6}};
  });
  for (const char* expression : {"fstat('/secret').size=6", "not fstat('/secret').size=6"}) {
    auto wire = around_.request();
    wire.filter.compounds.push_back(expression);
    wire.tell_mismatch = true;
    dispatcher_->submit(around_.sealed(wire), false, channel_);
    const auto reply = reply_to(wire.id);
    EXPECT_EQ(reply.outcome, messages::Outcome::filtered);
    EXPECT_EQ(reply.message, "alice may not ask fstat");
  }
  EXPECT_EQ(asked, 0);
}

TEST_F(DataFilterTest, ThePluginsAreNotAskedWhenTheRestOfTheFilterSaysNo) {
  std::atomic<int> asked{0};
  start([&asked](const auto&) -> Result<Value> {
    ++asked;
    return Value{{"size", 6}};
  });
  submit("fstat('/x').size=6", "country=fr");
  ASSERT_TRUE(idle());
  EXPECT_EQ(asked, 0);
  submit("fstat('/x').size=6", "country=de");
  ASSERT_TRUE(idle());
  EXPECT_EQ(asked, 1);
}

TEST_F(DataFilterTest, ASlowPluginHoldsUpNobodyElse) {
  start(
      [this](const auto&) -> Result<Value> {
        opened_.wait();
        return Value{{"size", 6}};
      },
      2);
  const auto slow = submit("fstat('/x').size=6");
  EXPECT_EQ(reply_to(submit("")).status, 0U);
  EXPECT_EQ(reply_to(submit("country=de")).status, 0U);
  EXPECT_FALSE(answered(slow));
  open_.set_value();
  EXPECT_EQ(reply_to(slow).status, 0U);
}

TEST_F(DataFilterTest, APolicyIsAskedAfterTheFilter) {
  around_.allows = false;
  start();
  EXPECT_EQ(reply_to(submit("fstat('/x').size=6")).outcome, messages::Outcome::refused);
  const auto others = submit("fstat('/x').size=7");
  ASSERT_TRUE(idle());
  EXPECT_FALSE(answered(others));
}

TEST_F(DataFilterTest, ALateRequestIsAnsweredByThoseWhomItWasFor) {
  start();
  auto wire = around_.request();
  wire.filter.compounds.push_back("fstat('/x').size=6");
  around_.clock.advance(std::chrono::seconds(120));
  dispatcher_->submit(around_.sealed(wire), false, channel_);
  EXPECT_EQ(reply_to(wire.id).outcome, messages::Outcome::expired);
}

TEST_F(DataFilterTest, APluginThatNeverAnswersIsToldAtTheDeadline) {
  start(
      [this](const auto&) -> Result<Value> {
        opened_.wait();
        return Value{{"size", 6}};
      },
      1, 10, &around_.real_clock);
  auto wire = around_.request();
  wire.sent_at_ms = around_.real_clock.unix_ms() + 1;  // not before the gate began to listen
  wire.timeout_s = 1;
  wire.filter.compounds.push_back("fstat('/x').size=6");
  dispatcher_->submit(around_.sealed(wire), false, channel_);
  const auto reply = reply_to(wire.id);
  EXPECT_EQ(reply.status, 1U);
  EXPECT_THAT(reply.message, HasSubstr("data plugins of the filter did not answer within 1 s"));
  open_.set_value();
  ASSERT_TRUE(idle());
  EXPECT_EQ(around_.statistics.replies, 1U) << "the late answer is not sent as well";
  EXPECT_EQ(around_.statistics.passed, 0U);
  EXPECT_EQ(around_.audit.counts().written, 0U) << "what is not done is not recorded as allowed";
}

TEST_F(DataFilterTest, ANodeWithNeitherTheAgentNorThePluginSaysThatItDoesNotMatch) {
  start();
  auto wire = around_.request();
  wire.agent = "nosuch";
  wire.filter.compounds.push_back("nosuch('/x').size=6");
  wire.tell_mismatch = true;
  dispatcher_->submit(around_.sealed(wire), false, channel_);
  EXPECT_EQ(reply_to(wire.id).outcome, messages::Outcome::filtered);
}

TEST_F(DataFilterTest, AProcessThatHasToStartGetsTimeForThatHereToo) {
  std::promise<std::chrono::steady_clock::time_point> seen;
  auto agent = std::make_shared<TestAgent>("slow", [&seen](const plugins::ActionRequest& request) {
    seen.set_value(request.deadline);
    return plugins::ActionReply::ok(Value::object());
  });
  agent->set_start_up_time(1500ms);
  table_.replace_others({agent}, {});
  start();
  auto wire = around_.request();
  wire.agent = "slow";
  wire.timeout_s = 3;
  wire.filter.compounds.push_back("fstat('/x').size=6");
  dispatcher_->submit(around_.sealed(wire), false, channel_);
  EXPECT_EQ(seen.get_future().get(), around_.clock.steady() + 4'500ms);
  reply_to(wire.id);
}

}  // namespace
}  // namespace muster::agent
