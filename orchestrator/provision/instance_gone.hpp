// The word of the machines' provider that the instance which had a name is gone: a program of the site's
// asks it. docs/operating/PROVIDERS.md describes the program.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "proto/base/result.hpp"
#include "proto/base/value.hpp"
#include "proto/loop/executor.hpp"
#include "proto/loop/task.hpp"
#include "proto/loop/waits.hpp"

namespace muster::provision {

inline constexpr std::size_t kGoneQuestions = 1'000;  // waiting, of each name one
inline constexpr std::chrono::seconds kGoneKept{60};  // an answer is believed so long
inline constexpr std::size_t kGoneAnswersKept = 10'000;

// What it printed: {"gone": true|false, "reason": TEXT}, nothing else. Errc::invalid_data for all else,
// which is no word at all.
struct GoneWord {
  bool gone = false;
  std::string reason;
};
Result<GoneWord> read_gone_word(std::string_view printed);

// On the loop's thread; what it is given must outlive it.
class InstanceGone {
 public:
  // Asks the provider; blocks, on the executor.
  using Ask = std::function<Result<GoneWord>(const Value& question)>;

  // `executor`: how many questions it does at once is how many the provider gets at once.
  InstanceGone(loop::Executor& executor, loop::Waits& waits, Ask ask)
      : executor_(executor), waits_(waits), ask_(std::move(ask)) {}

  // `question` is what the program gets on stdin. Anything but a clear yes is a no, told in the log. Nothing when
  // kGoneQuestions wait, when the name is being asked about already, and when we stop: the machine announces itself again.
  loop::Task<std::optional<bool>> ask(std::string identity, Value question);

 private:
  struct Kept {
    bool gone = false;
    std::chrono::steady_clock::time_point at;
  };
  std::chrono::steady_clock::time_point now() const { return waits_.timers().clock().steady(); }
  std::optional<bool> kept(const std::string& question) const;
  void keep(const std::string& question, bool gone);

  loop::Executor& executor_;
  loop::Waits& waits_;
  const Ask ask_;
  std::set<std::string> asked_about_;  // names
  std::map<std::string, Kept> kept_;   // by question
};

}  // namespace muster::provision
