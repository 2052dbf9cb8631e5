// A call in several goes, each a request of its own: who is asked next, and when nobody is any more.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "orchestrator/client/caller.hpp"
#include "proto/base/result.hpp"

namespace muster::client {

struct BatchedResult {
  CallResult result;                   // of all goes together; the id of the first
  std::vector<std::string> not_asked;  // left alone, in the order of the targets
  std::string why;                     // they were; empty when all were asked
};

// Waits for nothing and sends nothing: whoever drives it does, with a thread or on a loop.
//
//   while (goes.has_next()) {
//     auto result = …(goes.next());           // with the call's whole timeout
//     MUSTER_TRY(goes.took(std::move(result)));
//   }
//   const auto batched = goes.end(now);
class Goes {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  struct Rules {
    std::size_t size = 0;  // nodes a go, in the order of the call's targets; 0: all at once
    std::size_t max_failures =
        0;  // once so many are not ok (the silent count), the rest is left alone; 0: never
  };
  // `call`: its targets are those of all goes. `now`: when it began.
  Goes(Call call, Rules rules, TimePoint now);

  bool has_next() const { return stopped_.empty() && next_ < all_.size(); }
  // Whether there was one before: whoever pauses between goes does so now.
  bool is_under_way() const { return next_ > 0; }
  // The call of the next go. Once for each took().
  Call next();
  // What came of it. An error of our own side, such as a lost broker, in the first go is given back; in a later one it does not
  // cost the results of those before, and the rest is left alone.
  Status took(Result<CallResult> result);

  // Once, when has_next() is false.
  BatchedResult end(TimePoint now);

 private:
  void add(CallResult one);

  Call call_;
  const std::vector<std::string> all_;
  const Rules rules_;
  const TimePoint began_;
  std::size_t next_ = 0;     // of all_: the first that was not asked
  std::size_t in_hand_ = 0;  // so many from there are asked now
  std::string stopped_;      // why the rest is left alone
  CallResult sum_;
};

}  // namespace muster::client
