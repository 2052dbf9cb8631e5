#include "tests/chaos/teller.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <nlohmann/json.hpp>

namespace muster::chaos {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kLiveEvery{500};
constexpr std::chrono::seconds kQuietEvery{10};

}  // namespace

Teller::Teller() : is_terminal_(::isatty(STDERR_FILENO) == 1), shown_(Clock::now()) {}

void Teller::look(const std::function<std::string()>& line) {
  const std::chrono::milliseconds every = is_terminal_ ? kLiveEvery : kQuietEvery;
  if (Clock::now() - shown_ < every) return;
  shown_ = Clock::now();
  if (is_terminal_)
    fmt::print(stderr, "\r{:.120}\x1b[K", line());
  else
    fmt::print(stderr, "{}\n", line());
  std::fflush(stderr);
}

void Teller::say(const std::string& line) {
  fmt::print(stderr, "{}{}\n", is_terminal_ ? "\r\x1b[K" : "", line);
  shown_ = Clock::now();
}

void tell_line(const Value& result) {
  fmt::print("{}\n", result.dump());
  std::fflush(stdout);
}

}  // namespace muster::chaos
