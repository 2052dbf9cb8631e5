// Lets the first few of a kind through and then some now and then, and counts what it leaves out: for log lines, audit
// lines and answers that somebody else can make us write as often as they like.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/clock.hpp"
#include "proto/base/guarded.hpp"

namespace muster::base {

// A token bucket for each name. Thread-safe; the clock must outlive it.
class Throttle {
 public:
  struct Rate {
    std::size_t burst = 10;                  // of one name at once, after a quiet time
    std::chrono::milliseconds every{1'000};  // then one in this time
    std::size_t names_max = 1'024;           // names told apart; all others share one bucket
  };
  struct LeftOut {
    std::string name;
    std::uint64_t count = 0;
  };
  // The name of the bucket that all names beyond `names_max` share.
  static constexpr std::string_view kOthers = "(others)";

  Throttle(const Clock& clock, Rate rate);

  // Nothing: this one is left out. Otherwise it passes, and the number tells how many of the same name were left out
  // since the last that passed.
  std::optional<std::uint64_t> pass(std::string_view name = {});
  // Those of whom something was left out and who have been quiet since for as long as it takes to earn a whole burst.
  // Their counts begin anew. Cheap while nothing was left out.
  std::vector<LeftOut> ended();
  // Everything left out and not told yet, for a last word. The counts begin anew.
  std::vector<LeftOut> all();

 private:
  struct Bucket {
    double tokens = 0;
    std::chrono::steady_clock::time_point filled_at{};
    std::uint64_t left_out = 0;
  };
  using Buckets = std::map<std::string, Bucket, std::less<>>;
  struct State {
    Buckets buckets;
    std::size_t telling = 0;  // buckets with something left out
  };
  void fill(Bucket& bucket, std::chrono::steady_clock::time_point now) const;
  bool is_full(const Bucket& bucket) const;
  Bucket& bucket_of(Buckets& buckets, std::string_view name,
                    std::chrono::steady_clock::time_point now);
  void forget_quiet(Buckets& buckets, std::chrono::steady_clock::time_point now);
  std::vector<LeftOut> take(bool only_ended);

  const Clock& clock_;
  const Rate rate_;
  Guarded<State> state_;
};

}  // namespace muster::base
