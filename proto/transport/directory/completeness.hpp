// Whether everything has come that a broker keeps. No single sign says so: brokers give "a message to ourselves" back late, or
// drop it with what did not fit, or stop after a thousand and say nothing. What each does was measured: docs/adr/0058.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "proto/transport/bus.hpp"

namespace muster::transport {

struct Signs {
  std::chrono::milliseconds quiet{5};  // after the last entry and the message to ourselves
  // So late that message may be. It comes back a second late from a cluster of RMQTT.
  std::chrono::milliseconds late{1'500};
};

inline constexpr int kMarksMax = 3;  // messages to ourselves without an answer
// Brokers as they are installed stop after 1,000 and the few that are in flight, and some say nothing: whoever counts so many
// entries asks for all twice, and both times must agree. One that stops at another number loses the message to ourselves, too.
inline constexpr std::size_t kAskedTwiceFrom = 1'000;
inline constexpr std::size_t kAskedTwiceTo = 1'100;
inline constexpr int kRoundsMax = 4;  // askings, while each brings what the others did not

// Of one filter, since one link. No threads, no clock of its own.
class Completeness {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;
  enum class What { wait, send_mark, ask_again, complete };
  struct Verdict {
    What what = What::wait;
    std::chrono::milliseconds wait{0};  // until it is to be judged again
    std::string doubt = {};             // why it is incomplete, or why it is asked for again
  };

  explicit Completeness(Signs signs) : signs_(signs) {}

  // All is asked for, for the first time or again. What came before the first time is part of it.
  void asked(TimePoint now);
  // False when it brings nothing new: all is sent again whenever somebody else of our bus asks for it.
  bool entry(const Message& message, TimePoint now);
  void mark_sent(TimePoint now);
  // The messages to ourselves are numbered from 1. One of an earlier asking is none.
  void mark_heard(int number, TimePoint now);
  int marks_sent() const { return sent_; }

  Verdict judge(TimePoint now, std::optional<std::size_t> expected) const;
  std::size_t entries() const { return heard_.size(); }
  int rounds() const { return round_; }

 private:
  bool marks_are_back(TimePoint now, Verdict& verdict) const;
  bool lost_a_mark() const { return came_ < sent_ - before_; }
  Verdict judge_round(std::optional<std::size_t> expected) const;
  Verdict again_or(std::string doubt) const;

  const Signs signs_;
  struct Heard {
    std::size_t payload = 0;  // its hash
    int round = 0;            // the asking that brought it last
  };
  std::unordered_map<std::size_t, Heard> heard_;  // by the topic's hash
  std::size_t fresh_ = 0;                         // that this asking brought, and none before
  int round_ = 0;
  int sent_ = 0;    // marks, of all rounds
  int before_ = 0;  // of them, those of earlier rounds
  int back_ = 0;    // the latest that came back
  int came_ = 0;    // of this round, how many came back
  // A round of before was short, as its marks or the next round showed. Two that agree prove nothing then: what a socket has no
  // room for is the same each time.
  bool drops_ = false;
  TimePoint moved_{};  // when something came or was asked for
};

}  // namespace muster::transport
