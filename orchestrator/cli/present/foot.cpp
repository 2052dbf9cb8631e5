#include "orchestrator/cli/present/foot.hpp"

#include <cstdio>

#include "proto/base/thread_name.hpp"

namespace muster::cli {
namespace {

void write(const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), stderr);
}

}  // namespace

Foot::Foot(std::size_t all, std::size_t columns)
    : progress_(all, columns, std::chrono::steady_clock::now()), thread_([this] { run(); }) {}

Foot::~Foot() {
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
  }
  ending_.notify_all();
  thread_.join();
  write(progress_.clear());
}

void Foot::above(const std::function<void()>& print) {
  const std::lock_guard lock(mutex_);
  write(progress_.clear());
  print();
}

void Foot::run() {
  base::name_thread("progress");
  std::unique_lock lock(mutex_);
  while (!ending_.wait_for(lock, kProgressInterval, [this] { return ended_; }))
    write(progress_.draw(done_, std::chrono::steady_clock::now()));
}

}  // namespace muster::cli
