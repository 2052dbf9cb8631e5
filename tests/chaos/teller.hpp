// What a run tells: on stderr how far it is, rewritten in place on a terminal and seldom elsewhere; on stdout its result.
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "proto/base/value.hpp"

namespace muster::chaos {

class Teller {
 public:
  Teller();
  // To be called often: asks for the line that counts now as often as it is shown.
  void look(const std::function<std::string()>& line);
  // Once, also between.
  void say(const std::string& line);

 private:
  const bool is_terminal_;
  std::chrono::steady_clock::time_point shown_;
};

// One line of JSON on stdout.
void tell_line(const Value& result);

}  // namespace muster::chaos
