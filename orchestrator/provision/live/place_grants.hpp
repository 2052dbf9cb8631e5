// How many places each master has lent us: what its agent said when it was asked last.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

#include "proto/base/value.hpp"

namespace muster::provision {

// Less than what a master lends them for (plugins/agents/puppetca/places.hpp), by the way of the question.
inline constexpr std::chrono::seconds kGrantBelieved{25};

// On the loop's thread.
class PlaceGrants {
 public:
  using Time = std::chrono::steady_clock::time_point;

  // `most`: of a master, for all orchestrators together.
  explicit PlaceGrants(std::size_t most) : most_(most) {}

  // The inputs of puppetca#health: how many nodes each has of ours, and whether there may be more. Until a master has answered it
  // may have no more than that: what it had lent us besides may be another's by then. `now_ms`: Unix time.
  Value question(const std::map<std::string, std::size_t>& in_flight, bool more,
                 std::int64_t now_ms);
  // `answer`: of a master that was asked at that time. One that lends no places, being of another make, has as many as it may for
  // each orchestrator.
  void take(const std::string& master, const Value& answer, Time asked);
  // How many of our nodes it may have now.
  std::size_t most_of(const std::string& master, Time now) const;
  std::size_t most() const { return most_; }

 private:
  struct Grant {
    std::size_t places = 0;
    Time asked;
  };

  const std::size_t most_;
  std::map<std::string, Grant> grants_;
};

}  // namespace muster::provision
