// Work of a story that is done beside the loop.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "proto/base/result.hpp"
#include "proto/loop/executor.hpp"
#include "proto/loop/task.hpp"
#include "proto/loop/waits.hpp"

namespace muster::loop {

// What takes longer than this never ends.
inline constexpr std::chrono::minutes kWorkPatience{10};

// co_await on_executor<Status>(executor, waits, work): does `work` there, and goes on with what it gave, a Result. It is
// waited for also when we stop: what is written then is written. What `work` uses must outlive the executor. Errc::limit when
// too much waits for the executor, Errc::timeout after kWorkPatience.
template <class T>
Task<T> on_executor(Executor& executor, Waits& waits, std::function<T()> work) {
  struct Doing {
    explicit Doing(Waits& all) : wait(all, Wait::Stops::no) {}
    Wait wait;
    std::optional<T> done;
  };
  const auto doing = std::make_shared<Doing>(waits);
  auto taken = executor.run([work = std::move(work), weak = std::weak_ptr(doing)] {
    auto done = std::make_shared<T>(work());
    return [weak, done] {
      const auto waiting = weak.lock();
      if (!waiting) return;
      waiting->done.emplace(std::move(*done));
      waiting->wait.tell();
    };
  });
  if (!taken) co_return fail(std::move(taken).error());
  co_await doing->wait.until(kWorkPatience);
  if (!doing->done) co_return fail(Errc::timeout, "work beside the loop does not end");
  co_return std::move(*doing->done);
}

}  // namespace muster::loop
