#include "orchestrator/control/questions.hpp"

#include <fmt/format.h>

#include <utility>

namespace muster::control {

bool is_question(std::string_view action) {
  return action == "provision_stats" || action == "provision_history" ||
         action == "notifications_list";
}

Questions::Questions(std::function<void(const Judged&)> answer)
    : answer_(std::move(answer)),
      worker_("questions",
              base::FairLimits{.items = kQuestionsWaiting, .per_sender = kQuestionsOfCaller},
              [this](const Judged& judged) {
                answer_(judged);
                give_place_back(judged.request.caller);
              }) {}

Status Questions::put(Judged judged) {
  const auto caller = judged.request.caller;
  MUSTER_TRY(take_place(caller));
  worker_.post(caller, std::move(judged));
  return {};
}

Status Questions::take_place(const std::string& caller) {
  const base::Locked waiting(waiting_);
  const auto at = waiting->by_caller.find(caller);
  const auto own = at == waiting->by_caller.end() ? 0 : at->second;
  if (own < kQuestionsOfCaller && waiting->all < kQuestionsWaiting) {
    ++waiting->by_caller[caller];
    ++waiting->all;
    return {};
  }
  return fail(
      Errc::limit,
      fmt::format("{} questions wait to be answered here, {} of them yours, and no more may "
                  "(of one caller {}); ask again in a moment",
                  waiting->all, own, kQuestionsOfCaller));
}

void Questions::give_place_back(const std::string& caller) {
  const base::Locked waiting(waiting_);
  --waiting->all;
  const auto at = waiting->by_caller.find(caller);
  if (--at->second == 0) waiting->by_caller.erase(at);
}

}  // namespace muster::control
