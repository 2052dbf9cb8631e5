// A broker over plain TCP that does what Mosquitto cannot be made to: refuse MQTT 5, or refuse a
// subscription.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <thread>

#include "proto/base/unique_fd.hpp"

namespace muster::test {

// Answers one client at a time, keeps nothing, and sends each QoS 0 or 1 publication back to its
// sender. Gone with the object.
class FakeBroker {
 public:
  enum class OnV5 { accept, return_code_1, reason_84, hang_up };

  explicit FakeBroker(OnV5 on_v5, bool refuse_subscriptions = false);
  ~FakeBroker();
  FakeBroker(const FakeBroker&) = delete;
  FakeBroker& operator=(const FakeBroker&) = delete;

  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
  int connects_v5() const { return connects_v5_; }
  int connects_v311() const { return connects_v311_; }

 private:
  void work();
  void serve(int client);
  // False when the connection is over.
  bool answer(int client, std::uint8_t header, const std::string& body);
  bool connect(int client, const std::string& body);

  const OnV5 on_v5_;
  const bool refuse_subscriptions_;
  std::uint16_t port_ = 0;
  bool v5_ = false;  // of the present client
  base::UniqueFd listener_;
  base::UniqueFd stop_;  // eventfd
  std::atomic<int> connects_v5_{0};
  std::atomic<int> connects_v311_{0};
  std::thread worker_;
};

}  // namespace muster::test
