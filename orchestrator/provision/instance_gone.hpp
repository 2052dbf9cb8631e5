// The word of the machines' provider that the instance which had a name is gone: a program of the site's
// asks it. docs/operating/PROVIDERS.md describes the program.
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "proto/base/result.hpp"
#include "proto/base/value.hpp"
#include "proto/loop/bells.hpp"
#include "proto/loop/executor.hpp"
#include "proto/loop/stories.hpp"
#include "proto/loop/task.hpp"
#include "proto/loop/waits.hpp"

namespace muster::provision {

inline constexpr std::chrono::milliseconds kGonePatience{10'000};  // of one call of the program
// Asked and waiting to be asked, of each name one; the last of them is answered within kGoneTurn, when every call takes as
// long as it may.
inline constexpr std::size_t kGoneQuestions = 50;
inline constexpr std::size_t kGoneQuestionsOfAToken =
    25;  // of them, for machines with one join token
inline constexpr std::chrono::minutes kGoneTurn{10};
static_assert(kGoneQuestions * kGonePatience < kGoneTurn);
inline constexpr std::chrono::seconds kGoneKept{60};  // an answer is believed so long
inline constexpr std::size_t kGoneAnswersKept = 10'000;

// What it printed: {"gone": true|false, "reason": TEXT}, nothing else. Errc::invalid_data for all else,
// which is no word at all.
struct GoneWord {
  bool gone = false;
  std::string reason;
};
Result<GoneWord> read_gone_word(std::string_view printed);

// On the loop's thread; what it is given must outlive it. One question after the other, in the order of coming.
class InstanceGone {
 public:
  // Asks the provider; blocks, on the executor, for kGonePatience at most.
  using Ask = std::function<Result<GoneWord>(const Value& question)>;

  InstanceGone(loop::Executor& executor, loop::Waits& waits, Ask ask);

  // `question` is what the program gets on stdin; `token_id` is of whom it is asked for. Anything but a clear yes is a no, told
  // in the log. Who asks the same while it is being asked gets the same answer. Errc::limit, in words for the machine, when
  // the provider is not asked: the places are taken, all or the token's, or another question about the name has one. Then it
  // may come again. Errc::unavailable when we stop.
  loop::Task<Result<bool>> ask(std::string token_id, std::string identity, Value question);

 private:
  struct Kept {
    bool gone = false;
    std::chrono::steady_clock::time_point at;
  };
  // Held by who asks, too, who finds the answer there.
  struct Asking {
    std::string token_id;
    std::string identity;
    Value question;
    std::string key;  // the question as text
    std::optional<bool> gone;
  };
  using AskingPtr = std::shared_ptr<Asking>;
  std::chrono::steady_clock::time_point now() const { return waits_.timers().clock().steady(); }
  std::optional<bool> kept(const std::string& key) const;
  void keep(const std::string& key, bool gone);
  // The place of that question: its own, or that of the one that is the same.
  Result<AskingPtr> place_for(Asking question);
  void ask_next();
  loop::Task<Status> put(AskingPtr asking);

  loop::Executor& executor_;
  loop::Waits& waits_;
  const Ask ask_;
  std::map<std::string, Kept> kept_;            // by question
  std::map<std::string, AskingPtr> questions_;  // by name: those that have a place
  std::deque<AskingPtr> waiting_;               // of them
  loop::Bells answered_;                        // rung with the name
  loop::Stories asking_;                        // one, or none
};

}  // namespace muster::provision
