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
    : state_(Progress(all, columns, std::chrono::steady_clock::now())),
      thread_([this] { run(); }) {}

Foot::~Foot() {
  state_.with_lock([](State& state) { state.ended = true; });
  ending_.notify_all();
  thread_.join();
  write(base::Locked(state_)->progress.clear());
}

void Foot::above(const std::function<void()>& print) {
  const base::Locked state(state_);
  write(state->progress.clear());
  print();
}

void Foot::run() {
  base::name_thread("progress");
  base::Locked state(state_);
  while (!state.wait_for(ending_, kProgressInterval, [&] { return state->ended; }))
    write(state->progress.draw(done_, std::chrono::steady_clock::now()));
}

}  // namespace muster::cli
