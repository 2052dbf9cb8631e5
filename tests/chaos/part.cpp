#include "tests/chaos/part.hpp"

#include <csignal>
#include <utility>

namespace muster::chaos {

Part::Part(std::string name, std::vector<std::string> command, std::filesystem::path log)
    : name_(std::move(name)), command_(std::move(command)), log_(std::move(log)) {}

void Part::start() {
  wanted_ = true;
  if (killed_ == 0 && !process_) process_ = std::make_unique<test::Daemon>(command_, log_);
}

void Part::stop() {
  wanted_ = false;
  if (!process_) return;
  process_->resume();
  process_->signal(SIGTERM);
  process_->wait();
  process_.reset();
}

void Part::kill() {
  ++killed_;
  process_.reset();
}

void Part::revive() {
  if (--killed_ == 0 && wanted_) start();
}

void Part::pause() {
  if (++paused_ == 1 && process_ && process_->running()) process_->signal(SIGSTOP);
}

void Part::resume() {
  if (--paused_ == 0 && process_) process_->resume();
}

void Part::look() {
  if (!wanted_ || killed_ > 0) return;
  const auto now = std::chrono::steady_clock::now();
  if (process_ && !process_->running()) {
    ++ends_;
    again_at_ = now + kRestartPause;
    process_.reset();
  }
  if (!process_ && now >= again_at_) start();
}

}  // namespace muster::chaos
