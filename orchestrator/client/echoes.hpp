// Messages to ourselves that mark how far the broker's queue for us has been received.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "proto/base/guarded.hpp"
#include "proto/base/result.hpp"
#include "proto/loop/random.hpp"
#include "proto/transport/bus.hpp"

namespace muster::client {

// Thread-safe. Must not outlive the bus.
class Echoes {
 public:
  // `topic` must be one that only we receive and that the broker lets us publish.
  // `random` makes what tells one message from another; it must outlive us.
  Echoes(transport::Bus& bus, std::string topic, loop::Random& random);
  // Errc::timeout after `patience`.
  Status wait(std::chrono::milliseconds patience);
  // Does not wait: `passed` is called on the bus's thread once the message has come back.
  Status mark(std::function<void()> passed);
  // After a lost link: nobody is told any more of what was marked on it.
  void forget_marks();

 private:
  struct Waiting {
    // And whom to tell: wait() waits itself.
    base::Guarded<std::map<std::string, std::function<void()>>> tokens;
    std::condition_variable arrived;
  };
  Status subscribe_once();
  Status send(const std::string& token, std::function<void()> passed);

  transport::Bus& bus_;
  const std::string topic_;
  loop::Random& random_;
  std::shared_ptr<Waiting> waiting_ = std::make_shared<Waiting>();
  base::Guarded<transport::Subscription> heard_;
};

}  // namespace muster::client
