#include "orchestrator/provision/live/asker.hpp"

#include <fmt/format.h>

#include "proto/base/log.hpp"
#include "proto/loop/attempt.hpp"

namespace muster::provision {

// Held by the coroutine that asks: others know it weakly, so that an answer for one that was dropped finds nobody.
struct Asker::Asking {
  explicit Asking(loop::Waits& waits, loop::Wait::Stops stops) : wait(waits, stops) {}
  loop::Wait wait;
  std::shared_ptr<client::Caller::Pending> sent;  // null: not yet
  std::optional<Error> unsent;
};

Status Asker::send(const std::shared_ptr<Asking>& asking, std::vector<std::string> identities,
                   std::optional<client::JoinAddress> join, Question question) {
  // Not of us: when we stop, a thread of the executor may be at it still after we have gone.
  return executor_.run([&caller = caller_, &poster = poster_, weak = std::weak_ptr(asking),
                        identities = std::move(identities), join = std::move(join),
                        question = std::move(question)]() -> loop::Executor::Then {
    auto begun = caller.begin_each(identities, join ? &*join : nullptr, question.agent,
                                   question.action, question.arguments, question.timeout);
    if (begun)
      (*begun)->on_complete([&poster, weak, own = std::weak_ptr(*begun)] {
        const bool posted = poster.post([weak, sent = own.lock()] {
          const auto waiting = weak.lock();
          if (!waiting) return;
          waiting->sent = sent;
          waiting->wait.tell();
        });
        if (!posted) log::error("the loop has too much to do; an answer counts as late");
      });
    return [weak, begun = std::move(begun)] {
      const auto waiting = weak.lock();
      if (!waiting) return;
      if (begun) {
        waiting->sent = *begun;
        return;
      }
      waiting->unsent = begun.error();
      waiting->wait.tell();
    };
  });
}

loop::Task<Result<client::CallResult>> Asker::ask(std::vector<std::string> identities,
                                                  std::optional<client::JoinAddress> join,
                                                  Question question) {
  const auto patience = question.timeout;
  const auto what = fmt::format("{}#{}", question.agent, question.action);
  const auto stops = question.in_leaving ? loop::Wait::Stops::no : loop::Wait::Stops::yes;
  const auto asking = std::make_shared<Asking>(waits_, stops);
  if (question.in_leaving || !waits_.stopping())
    MUSTER_CO_TRY(send(asking, std::move(identities), std::move(join), std::move(question)));
  const auto woken = co_await asking->wait.until(patience);
  if (woken == loop::Woken::stopped)
    co_return fail(Errc::unavailable, "the orchestrator is stopping");
  if (asking->unsent) co_return fail(*asking->unsent);
  if (!asking->sent)
    co_return fail(Errc::unavailable,
                   fmt::format("{} was not sent within {} ms: too much is to be sent", what,
                               patience.count()));
  co_return asking->sent->end();
}

loop::Task<std::vector<Result<Value>>> Asker::ask_each(std::vector<std::string> identities,
                                                       std::optional<client::JoinAddress> join,
                                                       Question question) {
  if (identities.empty()) co_return std::vector<Result<Value>>();
  const auto patience = question.timeout;
  const auto what = fmt::format("{}#{}", question.agent, question.action);
  auto asked = ask(identities, std::move(join), std::move(question));
  const auto result = co_await asked;
  if (!result)
    co_return std::vector<Result<Value>>(identities.size(), Result<Value>(fail(result.error())));
  co_return client::Caller::values_of(identities, *result, what, patience);
}

}  // namespace muster::provision
