// Somebody who calls all the time, so that a call that is lost is seen.
#pragma once

#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <functional>
#include <mutex>
#include <ostream>
#include <string>
#include <thread>
#include <vector>

#include "tests/integration/cli/fleet.hpp"

namespace muster::test {

// One call after the other on a thread of its own, from the constructor to the destructor.
class SteadyCaller {
 public:
  // Why a call was not answered by everybody; empty when it was.
  using Call = std::function<std::string()>;
  struct Calls {
    std::size_t count = 0;
    std::vector<std::string> lost;  // why, and when: ms since the last take()
    std::chrono::milliseconds longest{0};
  };

  explicit SteadyCaller(Call call);
  ~SteadyCaller();
  SteadyCaller(const SteadyCaller&) = delete;
  SteadyCaller& operator=(const SteadyCaller&) = delete;

  // The calls that ended since the last take(), after two that began from now on have ended.
  Calls take();

 private:
  void work();
  void note(const std::string& problem, std::chrono::milliseconds took);

  const Call call_;
  std::mutex mutex_;
  std::condition_variable ended_;
  bool stop_ = false;
  std::size_t total_ = 0;
  Calls calls_;
  std::chrono::steady_clock::time_point taken_at_ = std::chrono::steady_clock::now();
  std::thread thread_;
};

inline constexpr std::chrono::seconds kCallPatience{5};  // for the answers, also on a busy machine

// `muster rpc rpcutil ping` with that configuration, a new connection each: all nodes of the fleet answer.
SteadyCaller::Call command_line(const Fleet& fleet, std::filesystem::path config,
                                std::chrono::seconds patience = kCallPatience);
// The same over one connection that stays, as the operator of that configuration when this is called.
SteadyCaller::Call standing_link(const Fleet& fleet, const std::filesystem::path& config,
                                 std::chrono::seconds patience = kCallPatience);

std::ostream& operator<<(std::ostream& out, const SteadyCaller::Calls& calls);

}  // namespace muster::test
