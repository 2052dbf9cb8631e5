// A loop for those who may outlive it.
#pragma once

#include <functional>
#include <utility>

#include "proto/base/guarded.hpp"
#include "proto/loop/poster.hpp"

namespace muster::loop {

// Shared by whoever brings something from other threads; the loop's owner closes it before the loop goes. Thread-safe.
class ClosablePoster final : public Poster {
 public:
  explicit ClosablePoster(Poster& loop) : loop_(&loop) {}

  // Once closed, the task is dropped and nothing is lost with it: true.
  [[nodiscard]] bool post(std::function<void()> task) override {
    const base::Locked loop(loop_);
    return *loop == nullptr || (*loop)->post(std::move(task));
  }
  // Nothing comes through any more once this returns.
  void close() { *base::Locked(loop_) = nullptr; }

 private:
  base::Guarded<Poster*> loop_;  // null: closed
};

}  // namespace muster::loop
