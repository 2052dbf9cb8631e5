// Asks the Puppet CAs whether they hold a valid certificate of a name.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "orchestrator/admission/case.hpp"
#include "orchestrator/provision/live/asker.hpp"
#include "orchestrator/provision/world.hpp"
#include "proto/base/drop_log.hpp"
#include "proto/base/fair_queue.hpp"
#include "proto/loop/executor.hpp"
#include "proto/loop/poster.hpp"
#include "proto/loop/task.hpp"

namespace muster::provision {

inline constexpr std::size_t kAskedAtOnce = 64;  // names
// Waiting to be asked about; tokens take turns, so that who floods with one stops no other's machines.
inline constexpr base::FairLimits kQuestionsWaiting{.items = 40'000, .per_sender = 40'000};
inline constexpr std::chrono::milliseconds kAnswerPatience{
    3'000};                                                      // a CA that needs longer is down
inline constexpr std::chrono::milliseconds kMastersKept{1'000};  // the list of whom to ask

// On the loop's thread, but for ask(). All that it is given must outlive it.
class CaQuestions {
 public:
  using Masters = std::function<std::vector<Master>()>;  // those online now
  using Answered = std::function<void(std::vector<admission::CaAnswer>)>;

  CaQuestions(Asker& asker, loop::Poster& poster, loop::Executor& executor, Masters masters)
      : asker_(asker),
        poster_(poster),
        executor_(executor),
        find_masters_(std::move(masters)),
        waiting_(kQuestionsWaiting),
        drops_("ca questions") {}

  // One round trip at once to all masters whose CA may issue the name; `answered` is called on the executor, never once
  // the orchestrator is stopping. A question that finds the queue full is dropped: the machine announces itself again.
  // Thread-safe.
  void ask(const std::string& token_id, const std::string& identity, Answered answered);

 private:
  struct Waiting {
    std::string identity;
    Answered answered;
  };
  void begin_waiting();
  loop::Task<Status> answer(Waiting question);
  std::vector<Master> whom_to_ask(const std::string& identity);

  Asker& asker_;
  loop::Poster& poster_;
  loop::Executor& executor_;
  const Masters find_masters_;
  std::vector<Master> masters_;
  std::optional<std::chrono::steady_clock::time_point> found_;
  base::FairQueue<Waiting> waiting_;
  base::DropLog drops_;
  std::uint64_t begun_ = 0;
  std::map<std::uint64_t, loop::Task<Status>> under_way_;
};

}  // namespace muster::provision
