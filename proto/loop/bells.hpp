// What many stories may wait for at once, by name: each ring wakes all that wait for that one, in the order in which they came.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>

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
  // By number: addresses have another order in each process, and a simulation goes another way.
  std::unordered_map<std::string, std::map<std::uint64_t, Wait*>> waiting_;
  std::uint64_t last_ = 0;
};

}  // namespace muster::loop
