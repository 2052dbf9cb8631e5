// Calls in virtual time: who waits for nothing is told, and what took how long is the same each time.
#include <gmock/gmock.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "orchestrator/client/caller.hpp"
#include "proto/messages/reply.hpp"
#include "proto/messages/request.hpp"
#include "tests/unit/client/loop_lab.hpp"

namespace muster::client {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::milliseconds kOneWay{20};

// Answers each request that it hears.
class LoopNode {
 public:
  LoopNode(LoopLab& lab, const std::string& identity)
      : identity_(identity), holder_(lab.pki.node(identity)), bus_(lab.broker.connect()) {
    heard_ = bus_->subscribe(transport::topics::request_to_node("main", identity, "+"),
                             transport::Qos::at_least_once,
                             [this](const transport::Message& message) { answer(message); })
                 .value();
  }

 private:
  void answer(const transport::Message& message) {
    const auto request =
        messages::Request::decode(envelope::decode(message.payload).value().body).value();
    messages::Reply reply;
    reply.request_id = request.id;
    reply.identity = identity_;
    reply.agent = request.agent;
    reply.action = request.action;
    reply.data = {{"from", identity_}};
    const auto sealed = holder_.signer().seal(envelope::Kind::reply, test::body_of(reply)).value();
    ASSERT_TRUE(bus_->publish(request.reply_to + "/" + identity_, sealed, {}));
  }

  const std::string identity_;
  const test::Holder holder_;
  std::unique_ptr<transport::Bus> bus_;
  transport::Subscription heard_;
};

class CallerOnLoopTest : public testing::Test {
 protected:
  CallerOnLoopTest() {
    lab_.broker.habits.others_late = kOneWay;
    caller_ = Caller::start(*lab_.link).value();
    lab_.loop.run_due();
  }
  std::shared_ptr<Caller::Pending> ask(const std::vector<std::string>& names) {
    auto pending =
        caller_->begin_each(names, nullptr, "rpcutil", "ping", Value::object(), 10s).value();
    pending->on_complete([this] { complete_ = true; });
    return pending;
  }

  LoopLab lab_;
  LoopNode n1_{lab_, "n1"};
  LoopNode n2_{lab_, "n2"};
  std::unique_ptr<Caller> caller_;
  bool complete_ = false;
};

TEST_F(CallerOnLoopTest, WhoDoesNotWaitIsToldWhenAllHaveAnswered) {
  const auto pending = ask({"n1", "n2"});
  lab_.loop.advance(2 * kOneWay - 1ms);
  EXPECT_FALSE(complete_);
  lab_.loop.advance(1ms);
  EXPECT_TRUE(complete_);
  const auto result = pending->end();
  EXPECT_TRUE(result.all_ok());
  ASSERT_EQ(result.results.size(), 2U);
  EXPECT_EQ(result.results[0].took, 2 * kOneWay) << "there and back, on the link's clock";
  EXPECT_EQ(result.took, 2 * kOneWay);
}

TEST_F(CallerOnLoopTest, WhoIsSilentIsNamedByWhoeversPatienceIsOver) {
  const auto pending = ask({"n1", "n3"});
  lab_.loop.advance(10s);
  EXPECT_FALSE(complete_);
  const auto result = pending->end();
  EXPECT_THAT(result.silent(), testing::ElementsAre("n3"));
  EXPECT_EQ(result.took, 10s);
}

}  // namespace
}  // namespace muster::client
