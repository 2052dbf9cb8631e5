// A fleet whose node n2 is banned, and whoever has that node's certificate and key.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <memory>
#include <string>

#include "proto/base/encoding.hpp"
#include "proto/transport/mqtt/mqtt_bus.hpp"
#include "proto/transport/topics.hpp"
#include "tests/integration/cli/fleet.hpp"

namespace muster::test {

class BanAtTheBrokerTest : public FleetTest {
 protected:
  static constexpr auto kTwo = "n2.example.test";

  // Whoever has the node's certificate and key, without its agent.
  static transport::mqtt::Options with_certificate(const std::filesystem::path& certificate,
                                                   const std::filesystem::path& key,
                                                   const std::string& listener) {
    transport::mqtt::Options options;
    options.brokers = {listener};
    options.client_id = "ban-test-" + base::random_id();
    options.ca_file = fleet().in_operator("root.pem");
    options.certificate_file = certificate;
    options.key_file = key;
    return options;
  }
  static transport::mqtt::Options as_node() {
    const auto ssl = fleet().file("ssl");
    const auto file = std::string(kTwo) + ".pem";
    return with_certificate(ssl / "certs" / file, ssl / "private_keys" / file, fleet().nodes());
  }
  static std::unique_ptr<transport::Bus> open(const transport::mqtt::Options& options,
                                              transport::Bus::LinkHandler on_link = {}) {
    auto link = transport::mqtt::connect(options, std::move(on_link));
    EXPECT_TRUE(link) << link.error().message;
    return link ? *std::move(link) : nullptr;
  }
  static std::unique_ptr<transport::Bus> node_link() { return open(as_node()); }
  // Whether somebody else hears what the node says.
  bool is_heard(transport::Bus& node) {
    const auto before = heard_.load();
    if (!node.publish(topic_, "said", {})) return false;
    return fakes::wait_until([&] { return heard_ > before; }, std::chrono::milliseconds(200));
  }

  const std::string topic_ = transport::topics::event("main", "job", kTwo);
  std::atomic<int> heard_{0};
  const std::unique_ptr<transport::Bus> operator_ =
      open(with_certificate(fleet().in_operator("operator.pem"),
                            fleet().in_operator("operator.key"), fleet().operators()));
};

}  // namespace muster::test
