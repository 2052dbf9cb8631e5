// A loop for those who may outlive it.
#pragma once

#include <functional>
#include <mutex>
#include <utility>

#include "proto/loop/poster.hpp"

namespace muster::loop {

// Shared by whoever brings something from other threads; the loop's owner closes it before the loop goes. Thread-safe.
class Door final : public Poster {
 public:
  explicit Door(Poster& loop) : loop_(&loop) {}

  // Once closed, the task is dropped and nothing is lost with it: true.
  [[nodiscard]] bool post(std::function<void()> task) override {
    const std::lock_guard lock(mutex_);
    return loop_ == nullptr || loop_->post(std::move(task));
  }
  // Nothing comes through any more once this returns.
  void close() {
    const std::lock_guard lock(mutex_);
    loop_ = nullptr;
  }

 private:
  std::mutex mutex_;
  Poster* loop_;  // null: closed
};

}  // namespace muster::loop
