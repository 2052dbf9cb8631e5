// A banned node at a real broker, which its watcher tells.
#include <gmock/gmock.h>

#include <atomic>

#include "proto/base/encoding.hpp"
#include "proto/transport/mqtt/mqtt_bus.hpp"
#include "proto/transport/topics.hpp"
#include "tests/integration/cli/fleet.hpp"

namespace muster::test {
namespace {

class BanAtTheBrokerTest : public FleetTest {
 protected:
  static constexpr auto kTwo = "n2.example.test";

  // Whoever has the node's certificate and key, without its agent.
  static std::unique_ptr<transport::Bus> with_certificate(const std::filesystem::path& certificate,
                                                          const std::filesystem::path& key,
                                                          const std::string& listener) {
    transport::mqtt::Options options;
    options.brokers = {listener};
    options.client_id = "ban-test-" + base::random_id();
    options.ca_file = fleet().in_operator("root.pem");
    options.certificate_file = certificate;
    options.key_file = key;
    auto link = transport::mqtt::connect(options, {});
    EXPECT_TRUE(link) << link.error().message;
    return link ? *std::move(link) : nullptr;
  }
  static std::unique_ptr<transport::Bus> node_link() {
    const auto ssl = fleet().file("ssl");
    const auto file = std::string(kTwo) + ".pem";
    return with_certificate(ssl / "certs" / file, ssl / "private_keys" / file, fleet().nodes());
  }
  // Whether somebody else hears what the node says.
  bool is_heard(transport::Bus& node) {
    const auto before = heard_.load();
    if (!node.publish(topic_, "said", {})) return false;
    return fakes::wait_until([&] { return heard_ > before; }, std::chrono::milliseconds(200));
  }

  const std::string topic_ = transport::topics::event("main", "job", kTwo);
  std::atomic<int> heard_{0};
  const std::unique_ptr<transport::Bus> operator_ =
      with_certificate(fleet().in_operator("operator.pem"), fleet().in_operator("operator.key"),
                       fleet().operators());
};

TEST_F(BanAtTheBrokerTest, ItReachesNothingAlsoOverAConnectionThatStandsAndUnbannedAllAgain) {
  const auto orchestrator = fleet().start_orchestrator();
  const auto listening = operator_->subscribe(topic_, transport::Qos::at_least_once,
                                              [this](const transport::Message&) { ++heard_; });
  ASSERT_TRUE(listening) << listening.error().message;
  const auto standing = node_link();
  ASSERT_NE(standing, nullptr);
  ASSERT_TRUE(fakes::wait_until([&] { return is_heard(*standing); }));

  ASSERT_EQ(muster({"node", "ban", kTwo, "--reason", "it was stolen"}).exit_code, 0);
  EXPECT_TRUE(fakes::wait_until([&] { return !is_heard(*standing); }));
  const auto next = node_link();
  ASSERT_NE(next, nullptr) << "its certificate is its CA's matter";
  EXPECT_FALSE(is_heard(*next));
  std::atomic<int> asked{0};
  const auto requests = next->subscribe(transport::topics::request_to_node("main", kTwo, "+"),
                                        transport::Qos::at_least_once,
                                        [&asked](const transport::Message&) { ++asked; });
  ASSERT_TRUE(requests) << "the broker refuses no subscription; it delivers nothing";
  const auto is_asked = [&] {
    const auto before = asked.load();
    const auto topic = transport::topics::request_to_node("main", kTwo, "operator");
    return operator_->publish(topic, "asked", {}) &&
           fakes::wait_until([&] { return asked > before; }, std::chrono::milliseconds(200));
  };
  EXPECT_FALSE(is_asked());

  ASSERT_EQ(muster({"node", "unban", kTwo}).exit_code, 0);
  EXPECT_TRUE(fakes::wait_until([&] { return is_heard(*standing); }));
  EXPECT_TRUE(fakes::wait_until(is_asked));
  EXPECT_TRUE(fleet().all_online());
}

}  // namespace
}  // namespace muster::test
