#include "tests/bench/agents/agents_bench.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <stdexcept>

#include "tests/bench/agents/series.hpp"

namespace muster::bench {
namespace {

using Clock = std::chrono::steady_clock;
using Milliseconds = std::chrono::duration<double, std::milli>;

constexpr auto kBareCall = "bare_paho";
constexpr std::chrono::seconds kAskAgain{2};

}  // namespace

AgentsBench::AgentsBench(std::size_t agents, std::size_t bare)
    : number_(agents), site_(agents + bare), bare_number_(bare) {
  site_.connect();
  for (std::size_t i = 0; i < agents; ++i) {
    names_.push_back(fmt::format("agent{:03}.bench.example", i));
    processes_.push_back(site_.start_agent(names_.back()));
    // One after the other: so many starts at once on few cores outlast patience that is meant for one.
    if (!site_.ears().wait_present(names_.back(), kPatience))
      throw std::runtime_error(names_.back() + " does not come");
  }
  for (std::size_t i = 0; i < bare; ++i)
    processes_.push_back(
        site_.start_echo(MUSTER_ECHO_PAHO, fmt::format("bare{:03}.bench.example", i), kBareCall));
  const auto deadline = Clock::now() + kPatience;
  while (bare > 0 && !site_.ask_bare(kBareCall, bare, kAskAgain))
    if (Clock::now() > deadline) throw std::runtime_error("not all bare clients answer");
}

double AgentsBench::took_ms(const std::vector<std::string>& words) {
  std::error_code ignored;  // what an earlier command kept
  std::filesystem::remove_all(site_.installation().file(".cache"), ignored);
  const auto began = Clock::now();
  const auto done = site_.installation().muster(words);
  const Milliseconds took = Clock::now() - began;
  if (done.exit_code != 0)
    throw std::runtime_error(fmt::format("muster {}: {}", words.front(), done.err));
  return took.count();
}

void AgentsBench::call_all() {
  if (site_.ask(names_, kPatience) != number_) throw std::runtime_error("an agent is silent");
}

void AgentsBench::measure_commands(std::size_t rounds) {
  Series floor;
  Series round;
  Series ping;
  Series rpc;
  for (std::size_t i = 0; i <= rounds; ++i) {
    const auto began = Clock::now();
    if (!site_.ask_bare(kBareCall, bare_number_, kPatience))
      throw std::runtime_error("a bare client is silent");
    const auto bare_done = Clock::now();
    call_all();
    const auto done = Clock::now();
    const auto ping_ms = took_ms({"ping"});
    const auto rpc_ms = took_ms({"rpc", "rpcutil", "get_fact", "fact=country"});
    if (i == 0) continue;  // the first one finds nothing in memory
    floor.add(Milliseconds(bare_done - began).count());
    round.add(Milliseconds(done - bare_done).count());
    ping.add(ping_ms);
    rpc.add(rpc_ms);
  }
  const auto sized = [&](const std::string& name) { return fmt::format("{}_{}", name, number_); };
  const auto floor_name = sized("bare_paho_round");
  print_series(floor_name, floor, "ms");
  print_series(sized("agents_round"), round, "ms", floor_name, floor);
  print_series(sized("agents_ping"), ping, "ms", floor_name, floor);
  print_series(sized("agents_rpc"), rpc, "ms", floor_name, floor);
  Series pss;
  Series rss;
  for (std::size_t i = 0; i < number_; ++i) {
    const auto figures = look_at(processes_[i]->pid());
    pss.add(figures.pss_kib);
    rss.add(figures.rss_kib);
  }
  print_series(sized("agents_rss"), rss, "KiB");
  print_series(sized("agents_pss"), pss, "KiB");
}

void AgentsBench::measure_flood(const FloodOptions& options) {
  const auto began = Clock::now();
  std::size_t made = 0;
  const auto call_until = [&](std::size_t calls) {
    for (; made < calls; ++made) call_all();
    look(made, std::chrono::duration<double>(Clock::now() - began).count());
  };
  call_until(std::min(options.warm_up, options.calls));
  for (std::size_t i = 1; i <= options.looks; ++i)
    call_until(std::max(options.warm_up, options.calls * i / options.looks));
}

// A line of a plot: what each side has after so many calls.
void AgentsBench::look(std::size_t calls, double seconds) {
  ProcessFigures most;
  double rss = 0;
  for (std::size_t i = 0; i < number_; ++i) {
    const auto one = look_at(processes_[i]->pid());
    rss += one.rss_kib / static_cast<double>(number_);
    most.rss_kib = std::max(most.rss_kib, one.rss_kib);
    most.descriptors = std::max(most.descriptors, one.descriptors);
    most.threads = std::max(most.threads, one.threads);
  }
  const auto client = look_at(::getpid());
  const auto broker = look_at(site_.installation().broker().pid());
  fmt::print(
      R"({{"figure": "flood", "requests": {}, "seconds": {:.1f}, "agent_rss_kib": {:.0f}, "agent_rss_most_kib": {:.0f}, )"
      R"("agent_descriptors": {}, "agent_threads": {}, "client_rss_kib": {:.0f}, "client_descriptors": {}, )"
      R"("client_threads": {}, "broker_rss_kib": {:.0f}, "broker_descriptors": {}}})"
      "\n",
      calls * number_, seconds, rss, most.rss_kib, most.descriptors, most.threads, client.rss_kib,
      client.descriptors, client.threads, broker.rss_kib, broker.descriptors);
  std::fflush(stdout);
}

}  // namespace muster::bench
