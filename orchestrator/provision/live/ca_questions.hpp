// Asks the Puppet CAs whether they hold a valid certificate of a name.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "orchestrator/admission/case.hpp"
#include "orchestrator/provision/world.hpp"
#include "proto/base/drop_log.hpp"
#include "proto/base/fair_queue.hpp"
#include "proto/loop/stories.hpp"
#include "proto/loop/task.hpp"
#include "proto/loop/waits.hpp"

namespace muster::provision {

inline constexpr std::size_t kAskedAtOnce = 64;  // names
// Waiting to be asked about; tokens take turns, so that who floods with one stops no other's machines.
inline constexpr base::FairLimits kQuestionsWaiting{.items = 40'000, .per_sender = 40'000};
inline constexpr std::chrono::milliseconds kAnswerPatience{
    3'000};  // a CA that needs longer is down
// For its turn and the answer: as long as it takes when all places are taken and no CA answers.
inline constexpr std::chrono::minutes kQuestionPatience{40};
inline constexpr std::chrono::milliseconds kMastersKept{1'000};  // the list of whom to ask

// On the loop's thread. All that it is given must outlive it.
class CaQuestions {
 public:
  using Masters = std::function<std::vector<Master>()>;  // those online now
  using Answers = std::optional<std::vector<admission::CaAnswer>>;

  CaQuestions(World& world, loop::Waits& waits, Masters masters)
      : world_(world),
        waits_(waits),
        find_masters_(std::move(masters)),
        waiting_(kQuestionsWaiting),
        drops_("ca questions") {
    under_way_.on_end([this] { begin_waiting(); });
  }

  // One round trip at once to all masters whose CA may issue the name. Nothing when it found the queue full, or lost its
  // place to others, and when the orchestrator is stopping.
  loop::Task<Answers> ask(std::string token_id, std::string identity);

 private:
  // Held by who asks: a question that nobody waits for any more is not asked.
  struct Asking;
  struct Waiting {
    std::string identity;
    std::weak_ptr<Asking> asking;
  };
  void begin_waiting();
  loop::Task<Status> answer(Waiting question);
  std::vector<Master> whom_to_ask(const std::string& identity);

  World& world_;
  loop::Waits& waits_;
  const Masters find_masters_;
  std::vector<Master> masters_;
  std::optional<std::chrono::steady_clock::time_point> found_;
  base::FairQueue<Waiting> waiting_;
  base::DropLog drops_;
  bool is_beginning_ = false;
  loop::Stories under_way_;
};

}  // namespace muster::provision
