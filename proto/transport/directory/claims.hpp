// The entries that are ours: shown, and shown again when they are not there as they should be.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/throttle.hpp"
#include "proto/loop/timer.hpp"
#include "proto/loop/timers.hpp"
#include "proto/transport/directory/directory.hpp"

namespace muster::transport {

inline constexpr std::size_t kShownAtOnce = 500;  // of those that wait after a new link
inline constexpr std::chrono::milliseconds kShowEvery{20};
inline constexpr std::chrono::milliseconds kShowAgain{1'000};  // after the bus had no room
// So many of our own messages of a topic may be on their way back to us; of older ones we do not know that they are ours.
inline constexpr std::size_t kEchoesKept = 8;
// What did not come back to us by then never will: the subscription began after it, or the broker had no room for us.
inline constexpr std::chrono::seconds kEchoWithin{10};
inline constexpr std::chrono::seconds kFirstEchoWithin{1};  // after a topic's subscription began
// So many topics that were cleared last are remembered: whoever heard an entry before that may adopt it after.
inline constexpr std::size_t kClearedKept = 256;

// On the loop's thread.
class Claims {
 public:
  using Publish = std::function<Status(const Claim&)>;
  // One that is believed no more was given up; it was heard by that filter.
  using GivenUp = std::function<void(const std::string& heard_by)>;

  Claims(loop::Timers& timers, Publish publish, GivenUp given_up = {});

  // Of one that was shown, or not because of the link: no error. Others are the bus's.
  Status put(Claim claim);
  Status adopt(Claim claim);
  // What the bus has no room for now is no error: it is shown later.
  Status put_missing(Claim claim);
  void look_at(std::string_view topic);
  void change(std::string_view topic, std::string payload);
  // Gives what it was heard by; empty when the topic was not ours.
  std::string leave(std::string_view topic);
  const Claim* find(std::string_view topic) const;

  void linked();
  void lost();
  // From now on it is heard what becomes of those that name this filter.
  void subscribed(std::string_view filter);
  // Whatever stands on any topic now.
  void heard(const Message& message);

 private:
  struct Mine {
    Mine(Claim its, loop::Timers& timers)
        : claim(std::move(its)), renewal(timers), later(timers), unheard(timers) {}
    Claim claim;
    std::deque<std::size_t> on_the_way;  // hashes of what we published and did not hear yet
    bool waits = false;                  // in waiting_
    bool is_hearsay = false;             // adopted, and not heard ourselves since
    loop::Timer renewal;
    loop::Timer later;    // after it was put back too often
    loop::Timer unheard;  // what is on the way
  };
  using All = std::map<std::string, std::unique_ptr<Mine>, std::less<>>;

  Status check(const Claim& claim) const;
  void heard_of_others(const Message& message);
  bool still_stands(const Mine& mine);
  void give_up();
  Status show(Mine& mine);
  void renew_in_time(Mine& mine);
  void show_unheard(Mine& mine);
  bool came_back(Mine& mine, const Message& message);
  void show_later(Mine& mine);
  void show_waiting();
  void keep_newer(Mine& mine, const Message& newer);
  void put_back(Mine& mine, bool cleared);

  loop::Timers& timers_;
  const Publish publish_;
  const GivenUp given_up_;
  base::Throttle put_back_;
  base::Throttle told_;
  All mine_;
  bool linked_ = false;
  std::deque<std::string> waiting_;  // topics that are to be shown
  loop::Timer next_;
  std::deque<std::string> cleared_;      // topics of others, the latest last, each once
  std::vector<std::string> unbelieved_;  // topics that are to be given up
  loop::Timer giving_up_;
};

}  // namespace muster::transport
