// What an operator hears of processes that are measured: their presence, and answers of bare clients.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <set>
#include <string>

#include "orchestrator/client/link.hpp"

namespace muster::bench {

// Thread-safe. Must not outlive the link that it listens to.
class Ears {
 public:
  // Of presence nothing is verified: it is only asked when it came.
  Status listen(client::Link& link);
  // Where bare clients answer to: this, and their name.
  const std::string& answers_to() const { return answers_to_; }

  std::size_t present() const;
  [[nodiscard]] bool wait_present(std::size_t nodes, std::chrono::milliseconds patience);
  [[nodiscard]] bool wait_present(const std::string& identity, std::chrono::milliseconds patience);

  void forget_answers();
  void forget_presence();
  [[nodiscard]] bool wait_answers(std::size_t answers, std::chrono::milliseconds patience);

 private:
  void hear(const transport::Message& message, bool presence);

  std::string answers_to_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::set<std::string, std::less<>> present_;
  std::size_t answers_ = 0;
  transport::Subscription presence_subscription_;  // last: no handler runs without the rest
  transport::Subscription answers_subscription_;
};

}  // namespace muster::bench
