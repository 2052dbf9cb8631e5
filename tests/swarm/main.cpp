// muster-swarm: thousands of nodes with the agent's real core in one process. docs/PERFORMANCE.md.
#include <fmt/format.h>

#include <csignal>
#include <cstdio>
#include <exception>

#include "proto/base/log.hpp"
#include "tests/swarm/options.hpp"
#include "tests/swarm/swarm.hpp"

namespace muster::swarm {
namespace {

Swarm* to_stop = nullptr;  // for the signal handler

void on_signal(int) {
  to_stop->stop();
}

// One line of JSON an event.
void say(const std::string& line) {
  fmt::print("{}\n", line);
  std::fflush(stdout);
}

std::function<void(const Headcount::Complete&)> sayer(std::size_t nodes, const char* first,
                                                      const char* again) {
  return [=](const Headcount::Complete& complete) {
    say(fmt::format(R"({{"event": "{}", "nodes": {}, "took_ms": {}, "peak_in_a_second": {}}})",
                    complete.again ? again : first, nodes, complete.took.count(),
                    complete.peak_in_a_second));
  };
}

int failed(const Error& why) {
  fmt::print(stderr, "muster-swarm: {}\n", why.message);
  return 1;
}

int run(int argc, const char* const* argv) {
  log::start("muster-swarm", log::Level::warning);
  int exit_code = 0;
  const auto options = read_options(argc, argv, exit_code);
  if (!options) return failed(options.error());
  if (!*options) return exit_code;
  const auto nodes = (*options)->nodes;
  auto swarm =
      Swarm::create(**options, {.all_present = sayer(nodes, "on_bus", "back"),
                                .all_provisioned = sayer(nodes, "provisioned", "provisioned")});
  if (!swarm) return failed(swarm.error());
  to_stop = swarm->get();
  std::signal(SIGINT, on_signal);
  std::signal(SIGTERM, on_signal);
  (*swarm)->run();
  const auto counts = (*swarm)->counts();
  say(fmt::format(R"({{"event": "left", "received": {}, "answered": {}}})", counts.received,
                  counts.answered));
  return 0;
}

}  // namespace
}  // namespace muster::swarm

int main(int argc, char** argv) {
  try {
    return muster::swarm::run(argc, argv);
  } catch (const std::exception& error) {
    fmt::print(stderr, "muster-swarm: {}\n", error.what());
    return 1;
  }
}
