// Asks the Puppet CAs whether they hold a valid certificate of a name, off the thread that judges
// announcements.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "orchestrator/admission/case.hpp"
#include "orchestrator/client/worker.hpp"
#include "orchestrator/provision/world.hpp"
#include "proto/base/fair_queue.hpp"

namespace muster::provision {

inline constexpr std::size_t kAskersMax = 8;  // names asked about at once
// Waiting for each of them; tokens take turns, so that who floods with one stops no other's machines.
inline constexpr base::FairLimits kQuestionsWaiting{.items = 5'000, .per_sender = 5'000};
inline constexpr std::chrono::milliseconds kAnswerPatience{
    3'000};                                                      // a CA that needs longer is down
inline constexpr std::chrono::milliseconds kMastersKept{1'000};  // the list of whom to ask

// Thread-safe.
class CaQuestions {
 public:
  using Masters = std::function<std::vector<Master>()>;  // those online now
  using Answered = std::function<void(std::vector<admission::CaAnswer>)>;

  CaQuestions(client::Caller& caller, Masters masters);
  // No question is answered any more once this returns.
  ~CaQuestions();

  // One round trip at once to all masters whose CA may issue the name; `answered` is called on a thread of ours. A question that
  // finds the queue full is dropped: the machine announces itself again.
  void ask(const std::string& token_id, const std::string& identity, Answered answered);

  // Those that are asked: looked for again once they are kMastersKept old.
  std::vector<Master> masters();

 private:
  struct Question {
    std::string identity;
    Answered answered;
  };
  std::vector<admission::CaAnswer> ask_all(const std::string& identity);

  client::Caller& caller_;
  const Masters find_masters_;
  std::mutex mutex_;
  std::vector<Master> masters_;
  std::chrono::steady_clock::time_point found_{};
  std::size_t next_ = 0;
  std::vector<std::unique_ptr<client::Worker<Question>>> askers_;
};

}  // namespace muster::provision
