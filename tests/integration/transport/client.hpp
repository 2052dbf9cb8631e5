// A client of one test: what it heard of messages and of its link, to be waited for.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "proto/transport/mqtt/mqtt_bus.hpp"
#include "tests/support/fakes/wait_until.hpp"

namespace muster::test {

class Client {
 public:
  explicit Client(const transport::mqtt::Options& options) {
    auto bus =
        transport::mqtt::connect(options, [this](transport::LinkState state, const std::string&) {
          const std::lock_guard lock(mutex_);
          states_.push_back(state);
        });
    if (bus)
      bus_ = *std::move(bus);
    else
      error_ = bus.error();
  }

  transport::Bus* operator->() const { return bus_.get(); }
  explicit operator bool() const { return bus_ != nullptr; }
  const Error& error() const { return error_; }
  // Goes as a crash goes to the bus's user: at once. The broker is told.
  void close() { bus_.reset(); }

  Status listen(const std::string& filter) {
    MUSTER_ASSIGN(listening_[filter], bus_->subscribe(filter, transport::Qos::at_least_once,
                                                      [this](transport::Message message) {
                                                        const std::lock_guard lock(mutex_);
                                                        heard_.push_back(std::move(message));
                                                      }));
    return {};
  }
  void stop_listening(const std::string& filter) { listening_.erase(filter); }

  std::vector<transport::Message> heard() const {
    const std::lock_guard lock(mutex_);
    return heard_;
  }
  bool has_heard(const std::string& topic, const std::string& payload) const {
    const auto all = heard();
    return std::any_of(all.begin(), all.end(), [&](const auto& each) {
      return each.topic == topic && each.payload == payload;
    });
  }
  [[nodiscard]] bool hears(const std::string& topic, const std::string& payload) const {
    return fakes::wait_until([&] { return has_heard(topic, payload); });
  }

  std::vector<transport::LinkState> states() const {
    const std::lock_guard lock(mutex_);
    return states_;
  }
  [[nodiscard]] bool sees(std::size_t count, transport::LinkState last) const {
    return fakes::wait_until([&] {
      const auto all = states();
      return all.size() >= count && all.back() == last;
    });
  }

 private:
  mutable std::mutex mutex_;
  std::vector<transport::Message> heard_;
  std::vector<transport::LinkState> states_;
  Error error_;
  std::map<std::string, transport::Subscription> listening_;
  std::unique_ptr<transport::Bus> bus_;  // first to go: it still calls back until then
};

// Every test that speaks of messages and links holds for both versions.
class BothVersions : public testing::TestWithParam<transport::mqtt::Version> {
 public:
  static transport::mqtt::Options with_version(transport::mqtt::Options options) {
    options.version = GetParam();
    // Nobody waits in a test; the jitter is tried in proto/base.
    options.backoff_first = std::chrono::milliseconds(20);
    options.backoff_most = std::chrono::milliseconds(100);
    return options;
  }
};

inline std::string version_name(const testing::TestParamInfo<transport::mqtt::Version>& info) {
  return info.param == transport::mqtt::Version::v5 ? "Mqtt5" : "Mqtt311";
}

}  // namespace muster::test
