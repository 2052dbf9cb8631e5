// muster-test-outbox CONFIG OUTBOX [ID…]: what the daemon does with notifications, in a process
// that a test can kill. Adds a notification for each ID, says "added", delivers, and ends with 0
// when nothing waits any more.
#include <chrono>
#include <cstdio>
#include <thread>

#include "orchestrator/notify/deliverer.hpp"

namespace {

using namespace muster;

Result<notify::NotifyConfig> read_config(const char* path) {
  notify::NotifyConfig config;
  MUSTER_ASSIGN(auto map, base::StrictMap::from_file(path));
  map.map("notify", [&](base::StrictMap& section) { notify::read(section, config); });
  MUSTER_TRY(map.finish());
  return config;
}

Status deliver(int count, char** arguments) {
  const base::SystemClock clock;
  MUSTER_ASSIGN(const auto config, read_config(arguments[1]));
  MUSTER_ASSIGN(const auto deliverer, notify::Deliverer::open(arguments[2], config, clock));
  for (int i = 3; i < count; ++i)
    MUSTER_TRY(deliverer->notify(
        {arguments[i], arguments[i], "text of " + std::string(arguments[i]), {}}));
  std::puts("added");
  std::fflush(stdout);
  deliverer->start();
  for (;;) {
    MUSTER_ASSIGN(const auto counts, deliverer->pending());
    if (counts.waiting == 0) return {};
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 3) return 2;
  const auto done = deliver(count, arguments);
  if (!done) std::fprintf(stderr, "%s\n", done.error().message.c_str());
  return done ? 0 : 1;
}
