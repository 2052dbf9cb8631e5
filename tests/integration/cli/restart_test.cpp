// Requests around the restart of an agent: those of a sender whose clock is behind are served, replays are not.
#include <gmock/gmock.h>

#include <csignal>
#include <stdexcept>

#include "orchestrator/client/caller.hpp"
#include "orchestrator/client/link.hpp"
#include "orchestrator/client/request.hpp"
#include "proto/base/encoding.hpp"
#include "proto/base/files.hpp"
#include "proto/transport/mqtt/mqtt_bus.hpp"
#include "proto/x509/certificate.hpp"
#include "tests/integration/cli/fleet.hpp"

namespace muster::test {
namespace {

using std::chrono::seconds;
using testing::HasSubstr;

void must(const Status& status) {
  if (!status) throw std::runtime_error(status.error().message);
}

// An operator like the command line, but with a clock of its own.
class Operator {
 public:
  Operator(const Fleet& fleet, std::chrono::milliseconds off) {
    clock_.set_offset_ms(off.count());
    transport::mqtt::Options options;
    options.brokers = {fleet.operators()};
    options.client_id = "muster-operator-" + base::random_id();
    options.ca_file = fleet.in_operator("root.pem");
    options.certificate_file = fleet.in_operator("operator.pem");
    options.key_file = fleet.in_operator("operator.key");
    auto bus = transport::mqtt::connect(options, {}).value();
    auto signer = security::Signer::with_certificate(
        x509::Key::private_from_file(options.key_file).value(),
        {x509::Certificate::from_file(options.certificate_file).value()});
    link_ =
        std::make_unique<client::Link>(std::move(bus), std::move(signer).value(), "main", clock_);
    must(link_->operators().add(x509::Certificate::from_file(options.ca_file).value(),
                                security::Root::operators));
    must(link_->operators().add(
        x509::Certificate::from_file(fleet.in_operator("orchestrator-root.pem")).value(),
        security::Root::orchestrators));
    must(link_->learn_trust());
    caller_ = client::Caller::start(*link_).value();
  }

  Result<Value> ask(const std::string& identity) {
    return caller_->call_one(identity, nullptr, "rpcutil", "daemon_stats", Value::object(),
                             seconds(10));
  }
  // A request as whoever listens on the way could have recorded it.
  client::OutgoingRequest record(const std::string& identity) const {
    client::Call call;
    call.agent = "rpcutil";
    call.action = "ping";
    call.targets = {identity};
    return client::make_requests(*link_, call, base::random_id()).value().front();
  }
  void send(const client::OutgoingRequest& request) {
    must(link_->bus().publish(request.topics.front(), request.payload, {}));
  }

 private:
  base::SystemClock system_clock_;
  base::OffsetClock clock_{system_clock_};
  std::unique_ptr<client::Link> link_;
  std::unique_ptr<client::Caller> caller_;
};

class RestartTest : public FleetTest {
 protected:
  static constexpr auto kOne = "n1.example.test";

  static Node& node() { return fleet().node(kOne); }
  static std::size_t logged() { return node().agent().output().size(); }
  // Lines of the node's audit with this verdict.
  static std::size_t audited(const std::string& verdict) {
    const auto audit = base::read_file(node().file("state/audit.log")).value_or("");
    const auto wanted = "\"verdict\":\"" + verdict + "\"";
    std::size_t count = 0;
    for (auto at = audit.find(wanted); at != std::string::npos; at = audit.find(wanted, at + 1))
      ++count;
    return count;
  }
  static void come_back(std::size_t logged_before) {
    ASSERT_TRUE(node().agent().says("on the bus as n1.example.test", logged_before));
  }
  static void restart(int signal) {
    const auto before = logged();
    node().agent().signal(signal);
    ASSERT_TRUE(node().agent().wait());
    node().start();
    come_back(before);
  }
};

TEST_F(RestartTest, ASenderWhoseClockIsBehindIsServedRightAfterARestart) {
  Operator behind(fleet(), -seconds(2));
  // What was sent before the node began to listen for the first time is not served.
  ASSERT_TRUE(fakes::wait_until([&] { return behind.ask(kOne).has_value(); }));
  for (const int signal : {SIGTERM, SIGKILL}) {
    restart(signal);
    const auto answer = behind.ask(kOne);
    EXPECT_TRUE(answer) << answer.error().message;
  }
  const auto before = logged();
  node().agent().signal(SIGHUP);
  come_back(before);
  const auto answer = behind.ask(kOne);
  EXPECT_TRUE(answer) << answer.error().message;
}

TEST_F(RestartTest, ARequestFromBeforeTheRestartCannotBeReplayed) {
  Operator caller(fleet(), seconds(0));
  Operator ahead(fleet(), seconds(20));
  for (auto* sender : {&caller, &ahead})
    for (const int signal : {SIGTERM, SIGKILL}) {
      const auto request = sender->record(kOne);
      sender->send(request);
      ASSERT_TRUE(caller.ask(kOne));  // behind it in the same queue
      restart(signal);
      const auto before = audited("replayed");
      sender->send(request);
      EXPECT_TRUE(fakes::wait_until([&] { return audited("replayed") == before + 1; }));
      EXPECT_TRUE(caller.ask(kOne));
    }
}

// A machine that was cut off from its power may have forgotten what it saw last: then being careful comes first.
TEST_F(RestartTest, WithoutAMemoryWhatWasSentEarlierIsRefusedInWordsThatHelp) {
  node().agent().signal(SIGTERM);
  ASSERT_TRUE(node().agent().wait());
  std::filesystem::remove(node().file("state/requests.seen"));
  const auto before = logged();
  node().start();
  come_back(before);
  Operator behind(fleet(), -seconds(20));
  const auto answer = behind.ask(kOne);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Errc::expired);
  EXPECT_THAT(answer.error().message, HasSubstr("before this agent began to listen"));
  EXPECT_THAT(answer.error().message, HasSubstr("send it again"));
  EXPECT_THAT(answer.error().message, HasSubstr("clock is behind"));
  Operator in_time(fleet(), seconds(0));
  EXPECT_TRUE(in_time.ask(kOne));
}

}  // namespace
}  // namespace muster::test
