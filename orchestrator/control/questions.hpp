// What operators ask only to know: answered beside the desk's thread, so that no order waits for a long answer.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "orchestrator/client/worker.hpp"
#include "orchestrator/control/control_gate.hpp"
#include "proto/base/guarded.hpp"
#include "proto/base/result.hpp"

namespace muster::control {

inline constexpr std::size_t kQuestionsWaiting = 64;  // the one that is being answered included
inline constexpr std::size_t kQuestionsOfCaller = 4;  // of them

// The action changes nothing, here or elsewhere, and its duty may be called beside the others.
bool is_question(std::string_view action);

// put() from any thread. Answers on a thread of its own, one at a time, callers in turn.
class Questions {
 public:
  explicit Questions(std::function<void(const Judged&)> answer);
  // The one in hand is finished, what waits is dropped.
  ~Questions() { worker_.stop(); }
  Questions(const Questions&) = delete;
  Questions& operator=(const Questions&) = delete;

  // It is answered later. Errc::limit, in words for the caller, when too many wait.
  Status put(Judged judged);

 private:
  struct Waiting {
    std::size_t all = 0;
    std::map<std::string, std::size_t> by_caller;
  };
  Status take_place(const std::string& caller);
  void give_place_back(const std::string& caller);

  const std::function<void(const Judged&)> answer_;
  base::Guarded<Waiting> waiting_;
  client::Worker<Judged> worker_;  // goes first
};

}  // namespace muster::control
