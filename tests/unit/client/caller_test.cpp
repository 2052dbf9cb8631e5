#include "orchestrator/client/caller.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

#include "proto/messages/reply.hpp"
#include "proto/messages/request.hpp"
#include "tests/support/fakes/body_of.hpp"
#include "tests/support/fakes/wait_until.hpp"
#include "tests/unit/client/client_lab.hpp"

namespace muster::client {
namespace {

using testing::HasSubstr;
using namespace std::chrono_literals;

// Of a call that somebody does not answer: long enough for the others, also on a slow machine.
constexpr auto kShort = 2s;

class CallerTest : public testing::Test {
 protected:
  CallerTest() { lab_.trust_nodes(); }

  static Call ping(std::vector<std::string> expected, std::chrono::milliseconds timeout = 20s) {
    Call call;
    call.agent = "rpcutil";
    call.action = "ping";
    call.expected = std::move(expected);
    call.timeout = timeout;
    return call;
  }
  static Call to(std::vector<std::string> targets, std::chrono::milliseconds timeout = 20s) {
    auto call = ping({}, timeout);
    call.targets = std::move(targets);
    return call;
  }
  CallResult call(const Call& what) {
    auto result = caller_->call(what);
    if (!result) throw std::runtime_error(result.error().message);
    return std::move(*result);
  }

  ClientLab lab_;
  std::unique_ptr<Caller> caller_ = Caller::start(lab_.link()).value();
};

TEST_F(CallerTest, ABroadcastEndsWithTheLastExpectedAnswer) {
  LabNode n1(lab_, "n1");
  LabNode n2(lab_, "n2");
  const auto result = call(ping({"n1", "n2"}));
  ASSERT_EQ(result.results.size(), 2U);
  EXPECT_TRUE(result.all_ok());
  EXPECT_EQ(result.results[0].data, (Value{{"from", "n1"}}));
  EXPECT_EQ(result.results[1].identity, "n2");
}

TEST_F(CallerTest, NamedNodesHearOnlyWhatIsForThem) {
  std::promise<messages::Request> seen;
  LabNode n1(lab_, "n1", [&seen](LabNode& node, const messages::Request& request) {
    seen.set_value(request);
    node.answer(request);
  });
  LabNode n2(lab_, "n2");
  EXPECT_TRUE(call(to({"n1"})).all_ok());
  const auto request = seen.get_future().get();
  ASSERT_EQ(request.targets.size(), 1U);
  EXPECT_EQ(request.targets.at(0), "n1");
  EXPECT_EQ(request.caller, "alice");
  EXPECT_EQ(request.collective, "main");
  EXPECT_EQ(request.reply_to, "muster/v1/main/rep/alice/" + lab_.link().session());
  EXPECT_EQ(n2.heard(), 0);
}

TEST_F(CallerTest, WhoIsSilentIsNamedAtTheDeadline) {
  LabNode n1(lab_, "n1");
  LabNode n2(lab_, "n2", [](LabNode&, const messages::Request&) {});
  const auto result = call(ping({"n1", "n2"}, kShort));
  ASSERT_EQ(result.results.size(), 2U);
  EXPECT_EQ(result.results[0].outcome, Outcome::ok);
  EXPECT_EQ(result.results[1].identity, "n2");
  EXPECT_EQ(result.results[1].outcome, Outcome::silent);
  EXPECT_GE(result.took, kShort);
}

TEST_F(CallerTest, ANodeThatLeavesDuringACallIsNamedSilent) {
  LabNode n1(lab_, "n1");
  LabNode n2(lab_, "n2", [this](LabNode&, const messages::Request&) { lab_.broker().drop("n2"); });
  const auto result = call(ping({"n1", "n2"}, kShort));
  ASSERT_EQ(result.results.size(), 2U);
  EXPECT_EQ(result.results[1].outcome, Outcome::silent);
}

TEST_F(CallerTest, ASecondReplyOfANodeIsCountedAndDropped) {
  LabNode n1(lab_, "n1", [](LabNode& node, const messages::Request& request) {
    node.answer(request);
    auto other = node.reply_to(request);
    other.status = 5;
    node.send(request, other);
  });
  LabNode last(lab_, "n2", [](LabNode&, const messages::Request&) {});
  const auto result = call(ping({"n1", "n2"}, kShort));
  EXPECT_EQ(result.duplicates, 1U);
  ASSERT_EQ(result.results.size(), 2U);
  EXPECT_EQ(result.results[0].outcome, Outcome::ok) << "the first counts";
}

TEST_F(CallerTest, WhatANodeSaysOfItselfIsTold) {
  const auto says = [](messages::Outcome outcome, std::uint32_t status,
                       const std::string& message) {
    return [=](LabNode& node, const messages::Request& request) {
      auto reply = node.reply_to(request);
      reply.outcome = outcome;
      reply.status = status;
      reply.message = message;
      reply.left_out_bytes = status;
      node.send(request, reply);
    };
  };
  LabNode n1(lab_, "n1", says(messages::Outcome::refused, 1, "not you"));
  LabNode n2(lab_, "n2", says(messages::Outcome::expired, 1, "too late"));
  LabNode n3(lab_, "n3", says(messages::Outcome::busy, 1, "full"));
  LabNode n4(lab_, "n4", says(messages::Outcome::answered, 4, "bad input"));
  LabNode n5(lab_, "n5", says(messages::Outcome::unknown, 0, "of a newer version"));
  const auto result = call(ping({"n1", "n2", "n3", "n4", "n5"}));
  ASSERT_EQ(result.results.size(), 5U);
  const std::vector<Outcome> expected{Outcome::refused, Outcome::expired, Outcome::busy,
                                      Outcome::failed, Outcome::failed};
  for (std::size_t i = 0; i < expected.size(); ++i)
    EXPECT_EQ(result.results[i].outcome, expected[i]) << i;
  EXPECT_EQ(result.results[0].message, "not you");
  EXPECT_EQ(result.results[3].status, 4);
  EXPECT_EQ(result.results[3].left_out_bytes, 4U);
  EXPECT_FALSE(result.all_ok());
  EXPECT_TRUE(result.complete());
}

TEST_F(CallerTest, RepliesGoWhereTheCallWantsThem) {
  std::mutex mutex;
  std::vector<std::string> seen;
  LabNode n1(lab_, "n1", [&](LabNode&, const messages::Request& request) {
    const std::lock_guard lock(mutex);
    seen.push_back(request.reply_to);
  });
  auto forgotten = ping({"n1"}, kShort);
  for (const char* session : {"", "nightly"}) {
    forgotten.reply_session = session;
    const auto id = caller_->send(forgotten);
    ASSERT_TRUE(id) << id.error().message;
    EXPECT_FALSE(id->empty());
  }
  ASSERT_TRUE(fakes::wait_until([&] {
    const std::lock_guard lock(mutex);
    return seen.size() == 2;
  }));
  EXPECT_EQ(seen[0], "");
  EXPECT_THAT(seen[1], testing::EndsWith("/nightly"));
  forgotten.reply_session = "a/b";
  EXPECT_FALSE(caller_->send(forgotten)) << "a session is one level of a topic";
}

TEST_F(CallerTest, AReplyOnAnotherNodesTopicIsNotBelieved) {
  LabNode thief(lab_, "n2", [](LabNode& node, const messages::Request& request) {
    node.send(request.reply_to + "/n1", node.reply_to(request));
  });
  const auto result = call(ping({"n1"}, kShort));
  ASSERT_EQ(result.results.size(), 1U);
  EXPECT_EQ(result.results[0].outcome, Outcome::silent);
  EXPECT_EQ(result.unverified, 1U);
  EXPECT_THAT(result.last_unverified, HasSubstr("signed by 'n2'"));
}

TEST_F(CallerTest, ANodeCannotAnswerInAnothersName) {
  LabNode thief(lab_, "n2", [](LabNode& node, const messages::Request& request) {
    auto reply = node.reply_to(request);
    reply.identity = "n1";
    node.send(request, reply);
  });
  const auto result = call(ping({"n1"}, kShort));
  ASSERT_EQ(result.results.size(), 1U);
  EXPECT_EQ(result.results[0].outcome, Outcome::silent);
  EXPECT_THAT(result.last_unverified, HasSubstr("in the name of 'n1'"));
}

TEST_F(CallerTest, AnotherNodesCertificateOnTheRightTopicIsNotBelieved) {
  LabNode impostor(lab_, "n1", lab_.pki().node("n2"));
  const auto result = call(ping({"n1"}, kShort));
  EXPECT_EQ(result.results[0].outcome, Outcome::silent);
  EXPECT_EQ(result.unverified, 1U);
}

TEST_F(CallerTest, ACertificateOfAStrangersCaIsNotBelieved) {
  const test::TestCa stranger("Puppet CA: stranger");
  LabNode impostor(lab_, "n1", stranger.issue_node("n1"));
  const auto result = call(ping({"n1"}, kShort));
  EXPECT_EQ(result.results[0].outcome, Outcome::silent);
  EXPECT_THAT(result.last_unverified, HasSubstr("unknown CA"));
}

TEST_F(CallerTest, AnOperatorsCertificateIsNoNodes) {
  LabNode impostor(lab_, "alice2", lab_.pki().root().issue_member("n1", "operator"),
                   [](LabNode& node, const messages::Request& request) {
                     auto reply = node.reply_to(request);
                     reply.identity = "n1";
                     node.send(request.reply_to + "/n1", reply);
                   });
  const auto result = call(ping({"n1"}, kShort));
  EXPECT_EQ(result.results[0].outcome, Outcome::silent);
  EXPECT_EQ(result.unverified, 1U);
}

TEST_F(CallerTest, AnAnswerToAnotherRequestIsNobodys) {
  LabNode n1(lab_, "n1", [](LabNode& node, const messages::Request& request) {
    auto stray = node.reply_to(request);
    stray.request_id = "another";
    stray.status = 5;
    node.send(request, stray);
    node.answer(request);
  });
  const auto result = call(ping({"n1"}));
  EXPECT_TRUE(result.all_ok());
  EXPECT_EQ(result.unverified, 0U);
}

TEST_F(CallerTest, CallsAtOnceGetTheirOwnAnswers) {
  LabNode n1(lab_, "n1");
  LabNode n2(lab_, "n2");
  std::vector<std::future<CallResult>> calls;
  for (int i = 0; i < 8; ++i)
    calls.push_back(
        std::async(std::launch::async, [this, i] { return call(to({i % 2 == 0 ? "n1" : "n2"})); }));
  for (int i = 0; i < 8; ++i) {
    const auto result = calls[static_cast<std::size_t>(i)].get();
    ASSERT_EQ(result.results.size(), 1U);
    EXPECT_EQ(result.results[0].identity, i % 2 == 0 ? "n1" : "n2");
    EXPECT_TRUE(result.all_ok());
  }
}

TEST_F(CallerTest, ResultsAreToldAsTheyCome) {
  LabNode n1(lab_, "n1");
  std::vector<std::string> told;
  ASSERT_TRUE(caller_->call(ping({"n1"}),
                            [&told](const NodeResult& node) { told.push_back(node.identity); }));
  EXPECT_EQ(told, std::vector<std::string>{"n1"});
}

TEST_F(CallerTest, WithoutALinkTheCallFailsAtOnce) {
  lab_.broker().drop("alice");
  const auto result = caller_->call(ping({"n1"}));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Errc::unavailable);
}

TEST_F(CallerTest, AnswersThatCameWhileTheLinkWasLostAreMissedAndNamed) {
  std::promise<messages::Request> asked;
  LabNode n1(lab_, "n1",
             [&asked](LabNode&, const messages::Request& request) { asked.set_value(request); });
  const auto pending = caller_->begin(to({"n1"}, kShort)).value();
  const auto request = asked.get_future().get();
  lab_.broker().drop("alice");
  n1.answer(request);
  lab_.broker().restore("alice");
  pending->all_expected();
  EXPECT_EQ(pending->wait().results.at(0).outcome, Outcome::silent);
  LabNode n2(lab_, "n2");
  EXPECT_TRUE(call(to({"n2"})).all_ok()) << "and the next call is well";
}

TEST_F(CallerTest, WrongNamesAreRefusedBeforeAnythingIsSent) {
  auto agent = ping({"n1"});
  agent.agent = "rpc/util";
  auto action = ping({"n1"});
  action.action = "#";
  for (const auto& wrong : {agent, action, to({"N1"}), to({"a/b"})})
    EXPECT_EQ(caller_->call(wrong).error().code, Errc::invalid_data);
}

TEST_F(CallerTest, OneNodeAloneIsAValueOrAnErrorInWords) {
  LabNode n1(lab_, "n1");
  const auto value = caller_->call_one("n1", nullptr, "rpcutil", "ping", {}, 20s);
  ASSERT_TRUE(value) << value.error().message;
  EXPECT_EQ(*value, (Value{{"from", "n1"}}));
  const auto silent = caller_->call_one("n2", nullptr, "rpcutil", "ping", {}, 150ms);
  EXPECT_EQ(silent.error().code, Errc::timeout);
  EXPECT_EQ(silent.error().message, "n2 did not answer rpcutil#ping within 0.15 s");
}

TEST_F(CallerTest, InTheJoinZoneTheAnnouncedKeyAnswers) {
  const auto key = x509::Key::generate_p256().value();
  const auto other = x509::Key::generate_p256().value();
  const auto bus = lab_.broker().connect("c1");
  const auto* signs_with = &other;
  const auto listening =
      bus->subscribe(transport::topics::join_down("c1"), transport::Qos::at_least_once,
                     [&](const transport::Message& message) {
                       const auto sealed = envelope::decode(message.payload).value();
                       const auto request = messages::Request::decode(sealed.body).value();
                       messages::Reply reply;
                       reply.request_id = request.id;
                       reply.identity = "n1";
                       reply.agent = request.agent;
                       reply.action = request.action;
                       must(bus->publish(transport::topics::join_up("c1"),
                                         security::Signer::with_key(*signs_with)
                                             .seal(envelope::Kind::reply, test::body_of(reply))
                                             .value(),
                                         {}));
                     });
  const JoinAddress join{"c1", key.public_der()};
  const auto stolen = caller_->call_one("n1", &join, "provision", "claim", {}, kShort);
  ASSERT_FALSE(stolen);
  EXPECT_THAT(stolen.error().message, HasSubstr("another key"));
  signs_with = &key;
  EXPECT_TRUE(caller_->call_one("n1", &join, "provision", "claim", {}, 20s));
  ASSERT_TRUE(lab_.link().take(Ban{.identity = "n1", .number = 1}));
  EXPECT_FALSE(caller_->call_one("n1", &join, "provision", "claim", {}, kShort))
      << "a banned name is not heard in the join zone either";
}

}  // namespace
}  // namespace muster::client
