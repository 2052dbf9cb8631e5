// One message to send: a row of the outbox, or several as a digest.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "plugins/api/notifier.hpp"

namespace muster::notify {

struct Work {
  struct Part {
    std::int64_t row = 0;  // for the outbox alone
    plugins::Notification notification;
  };
  std::vector<Part> parts;
  std::string batch;       // the digest's id; empty: one part, which is sent as it is
  std::int64_t tries = 0;  // this one included

  // What is sent, as long as there are parts.
  plugins::Notification message() const;
  // Takes those out, and gives them.
  std::vector<Part> take_out(const std::function<bool(const Part&)>& which);
};

}  // namespace muster::notify
