// Times of many runs in little room, and what several orchestrators know of them put together.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "proto/base/value.hpp"

namespace muster::client {

inline constexpr int kRunsToldMax = 100;  // of one node, the latest

// Times are counted in buckets, each a tenth longer than the one before: what is read from them is right within 5 %.
int bucket_of(std::int64_t took_ms);
std::int64_t middle_ms(int bucket);

class Times {
 public:
  void add(int bucket, std::uint64_t count) { counts_[bucket] += count; }
  void add(const Times& other);
  std::uint64_t count() const;
  // Of `share` of them, 0 to 1: so long, or less. 0 when there are none.
  std::int64_t within_ms(double share) const;

  // {"17": 3}: bucket and count.
  Value to_value() const;
  // What is no such map is left out: it is somebody else's word.
  static Times from_value(const Value& value);

 private:
  std::map<int, std::uint64_t> counts_;
};

// Answers to `provision_stats`, {"ended_by": {orchestrator: {"runs": {…}, …}}}: of the runs that one orchestrator ended, the answer counts that knows most of
// them; these are added up. All hear of all runs, but not while they are away.
Value joined_stats(const std::vector<Value>& answers);
// Answers to `provision_history`, {"runs": […]}: each run's each end once, the last first.
Value joined_history(const std::vector<Value>& answers);

}  // namespace muster::client
