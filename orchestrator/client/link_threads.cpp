#include "orchestrator/client/link_threads.hpp"

#include <algorithm>
#include <thread>

#include "proto/base/clock.hpp"
#include "proto/loop/real/loop_thread.hpp"

namespace muster::client {
namespace {

// A few subscriptions each for a few parts of a program, and their ends.
constexpr std::size_t kQuestionsWaiting = 10'000;

// What waits on the bus is real: a test's clock does not move it.
const base::Clock& real_clock() {
  static const base::SystemClock clock;
  return clock;
}

}  // namespace

struct LinkThreads::Directory {
  Directory()
      : thread(real_clock()), questions(thread.loop(), "directory ask", 1, kQuestionsWaiting) {
    thread.start("directory");
  }
  loop::LoopThread thread;
  loop::ThreadPool questions;
};

LinkThreads::LinkThreads() = default;
LinkThreads::~LinkThreads() = default;

DirectoryLoop LinkThreads::directory() {
  const base::Locked directory(directory_);
  if (!*directory) *directory = std::make_unique<Directory>();
  auto& loop = (*directory)->thread.loop();
  return {loop, loop, (*directory)->questions, [&loop] { return loop.is_here(); }};
}

Verifiers LinkThreads::verifiers() {
  const base::Locked threads(verifiers_);
  const auto count =
      std::clamp<std::size_t>(std::thread::hardware_concurrency(), kVerifiersMin, kVerifiersMax);
  if (!*threads) *threads = std::make_unique<loop::ThreadPool>("intake", count, kVerifyingWaits);
  return {**threads, count};
}

void LinkThreads::stop() {
  const base::Locked directory(directory_);
  if (*directory) (*directory)->thread.stop();
}

}  // namespace muster::client
