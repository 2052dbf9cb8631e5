// The word of the machines' provider that the instance which had a name is gone: a program of the site's
// asks it. docs/operating/PROVIDERS.md describes the program.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>

#include "orchestrator/client/worker.hpp"
#include "proto/base/result.hpp"
#include "proto/base/unique_fd.hpp"
#include "proto/base/value.hpp"

namespace muster::provision {

inline constexpr std::size_t kGoneQuestions = 1'000;               // waiting
inline constexpr std::chrono::milliseconds kGonePatience{10'000};  // of one call of the program
inline constexpr std::chrono::seconds kGoneKept{60};               // an answer is believed so long
inline constexpr std::size_t kGoneAnswersKept = 10'000;
inline constexpr std::size_t kGoneOutputMaxBytes = 64 * 1024;

// What it printed: {"gone": true|false, "reason": TEXT}, nothing else. Errc::invalid_data for all else,
// which is no word at all.
struct GoneWord {
  bool gone = false;
  std::string reason;
};
Result<GoneWord> read_gone_word(std::string_view printed);

// One question at a time, on a thread of its own. Thread-safe.
class InstanceGone {
 public:
  using Answered = std::function<void(bool gone)>;

  // `program`: absolute; asked before each call whether others may write it (base::Guard::program).
  explicit InstanceGone(std::filesystem::path program);
  // No question is answered any more once either returns.
  ~InstanceGone();
  void stop();

  // `question` is what the program gets on stdin, `identity` its sender in the queue. Anything but a clear
  // yes within kGonePatience is a no, told in the log. A question that finds the queue full is dropped:
  // the machine announces itself again.
  void ask(const std::string& identity, Value question, Answered answered);

 private:
  struct Question {
    std::string identity;
    Value content;
    Answered answered;
  };
  struct Kept {
    bool gone = false;
    std::chrono::steady_clock::time_point at;
  };
  bool answer(const Question& question);
  Result<GoneWord> run(const Question& question) const;

  const std::filesystem::path program_;
  base::UniqueFd stopping_;  // an eventfd: readable once nobody waits any more
  std::mutex mutex_;
  std::map<std::string, Kept> kept_;  // by question
  client::Worker<Question> asker_;
};

}  // namespace muster::provision
