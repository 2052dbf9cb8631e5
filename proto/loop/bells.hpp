// What many stories may wait for at once, by name: each ring wakes all that wait for that one.
#pragma once

#include <chrono>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "proto/loop/task.hpp"
#include "proto/loop/waits.hpp"

namespace muster::loop {

// On the loop's thread; must outlive who waits.
class Bells {
 public:
  explicit Bells(Waits& waits) : waits_(waits) {}

  // Who waits goes on in turn, not within this call.
  void ring(const std::string& name);
  // Until it rings the next time.
  Task<Woken> heard(std::string name, std::chrono::milliseconds patience);

 private:
  struct Place;
  Waits& waits_;
  std::unordered_map<std::string, std::unordered_set<Wait*>> waiting_;
};

}  // namespace muster::loop
