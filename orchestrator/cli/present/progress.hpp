// The line at the foot of a terminal that tells how far a call is:
//
//  * [ ====================>                                        ] 17 / 50
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

namespace muster::cli {

// What to write; the writing is the caller's. Not thread-safe.
class Progress {
 public:
  using Time = std::chrono::steady_clock::time_point;

  // `columns` of the terminal: the bar is at most 60 wide, and less on a narrow one.
  Progress(std::size_t all, std::size_t columns, Time start)
      : all_(all), columns_(columns), start_(start) {}

  // Empty before kProgressDelay has passed, for what is over at once needs no bar, and when the last
  // one was drawn less than kProgressInterval ago.
  std::string draw(std::size_t done, Time now);
  // Takes the line off the screen; empty when there is none.
  std::string clear();

 private:
  const std::size_t all_;
  const std::size_t columns_;
  const Time start_;
  Time drawn_at_{};
  bool drawn_ = false;
};

inline constexpr std::chrono::milliseconds kProgressDelay{300};
inline constexpr std::chrono::milliseconds kProgressInterval{50};

}  // namespace muster::cli
