#include "tests/swarm/bench/bench.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "proto/base/child.hpp"
#include "proto/base/value.hpp"
#include "tests/support/fakes/wait_until.hpp"
#include "tests/swarm/floor/floor.hpp"
#include "tests/swarm/process_memory.hpp"

namespace muster::swarm {
namespace {

using Clock = std::chrono::steady_clock;
using Milliseconds = std::chrono::duration<double, std::milli>;
using Words = std::vector<std::string>;

// The filter of a fact that one node in a hundred has, and how many those are.
constexpr auto kRare = "swarm_hundred=h42";
constexpr std::size_t kRareNumber = 42;
constexpr std::size_t kHundred = 100;
// Until the silent are named.
constexpr auto kAnswerPatience = "120";
constexpr std::size_t kOutputMaxBytes = std::size_t{64} << 20U;

struct Timed {
  base::ChildResult result;
  double took_ms = 0;
};

Timed timed(const test::Installation& here, const Words& words) {
  std::error_code ignored;  // what an earlier command kept
  std::filesystem::remove_all(here.file(".cache"), ignored);
  base::ChildSpec spec;
  spec.argv = {MUSTER_PROGRAM};
  spec.argv.insert(spec.argv.end(), words.begin(), words.end());
  spec.environment = {{"MUSTER_CONFIG", here.config()}, {"HOME", here.folder().path()}};
  spec.timeout = kBenchPatience;
  spec.output_max_bytes = kOutputMaxBytes;
  const auto began = Clock::now();
  auto done = base::run_child(spec);
  const Milliseconds took = Clock::now() - began;
  if (!done) throw std::runtime_error(done.error().message);
  return {std::move(*done), took.count()};
}

std::size_t lines_in(const std::string& text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

// Until an orchestrator's snapshot knows all that each of them has registered.
void wait_for_registrations(const test::Installation& here) {
  const auto registered = [&] {
    const auto told = Value::parse(timed(here, {"find", "--json"}).result.out, nullptr, false);
    return told.is_object() && told.value("discovery", "") == "snapshot" &&
           told.value("unregistered", 1) == 0;
  };
  if (!fakes::wait_until(registered, kBenchPatience))
    throw std::runtime_error("not all registrations arrive");
}

void wait_for(const std::string& what, const test::SwarmProgram& swarm, const std::string& event) {
  if (!swarm.tells(event, kBenchPatience))
    throw std::runtime_error(what + " does not come about: " + swarm.program().output());
}

}  // namespace

void Bench::figure(const std::string& name, double value, const std::string& unit,
                   const std::string& floor) {
  Figure figure{fmt::format("swarm_{}_{}", name, options_.nodes), value, unit};
  if (const auto found = floors_.find(floor); found != floors_.end()) {
    figure.floor = fmt::format("floor_{}_{}", floor, options_.nodes);
    figure.floor_value = found->second;
  }
  print(figure);
}

void Bench::measure() {
  measure_floor();
  measure_members();
  if (options_.joining > 0) measure_joining();
}

void Bench::measure_floor() {
  FloorOptions options;
  options.nodes = options_.nodes;
  options.rounds = std::max<std::size_t>(options_.rounds, 3);
  const auto figures = Floor(options).measure();
  if (!figures) throw std::runtime_error(figures.error().message);
  for (const auto& figure : *figures) {
    print(figure);
    constexpr std::string_view kPrefix = "floor_";
    const auto size = figure.name.rfind('_');
    floors_[figure.name.substr(kPrefix.size(), size - kPrefix.size())] = figure.value;
  }
}

void Bench::measure_members() {
  test::Installation here(test::Installation::With::broker, options_.nodes);
  const test::TestCa ca("Puppet CA: swarm");
  const auto watch = test::trust_ca(here, ca, "*.swarm.example");
  here.store_retained();
  const auto orchestrator = here.start_orchestrator();
  const auto broker_before = resident_kib(here.broker().pid());
  test::SwarmProgram swarm(here, ca);
  swarm.start(options_.nodes, {"--fake-run-s", "0.1", "--registration-splay-s", "1"});
  wait_for("that all are on the bus", swarm, "on_bus");
  figure("on_bus", swarm.last("on_bus").at("took_ms").get<double>(), "ms", "connected");
  wait_for_registrations(here);
  measure_memory(here, swarm, broker_before);
  measure_commands(here);
  measure_comeback(here, swarm);
}

void Bench::measure_memory(test::Installation& here, const test::SwarmProgram& swarm,
                           double broker_before_kib) {
  const auto nodes = static_cast<double>(options_.nodes);
  figure("memory_a_node", resident_kib(swarm.program().pid()) / nodes, "KiB", "memory_a_link");
  figure("broker_memory_a_node", (resident_kib(here.broker().pid()) - broker_before_kib) / nodes,
         "KiB", "broker_memory_a_node");
}

double Bench::median_ms(const test::Installation& here, const Words& words) const {
  std::vector<double> took;
  for (std::size_t round = 0; round < options_.rounds; ++round) {
    const auto done = timed(here, words);
    if (done.result.exit_code != 0)
      throw std::runtime_error(fmt::format("muster {}: exit code {}: {}", fmt::join(words, " "),
                                           done.result.exit_code, done.result.err));
    took.push_back(done.took_ms);
  }
  std::sort(took.begin(), took.end());
  return took[took.size() / 2];
}

void Bench::measure_commands(const test::Installation& here) {
  const auto expect = [&](const Words& words, std::size_t nodes) {
    const auto found = timed(here, words);
    if (lines_in(found.result.out) != nodes)
      throw std::runtime_error(fmt::format("muster {} tells of {} nodes, not of {}: {}",
                                           fmt::join(words, " "), lines_in(found.result.out), nodes,
                                           found.result.err));
  };
  const Words rare{"find", "-F", kRare};
  expect({"find"}, options_.nodes);
  if (options_.nodes > kRareNumber)
    expect(rare, (options_.nodes - kRareNumber + kHundred - 1) / kHundred);
  figure("find", median_ms(here, {"find"}), "ms", "round");
  if (options_.nodes > kRareNumber) figure("find_rare", median_ms(here, rare), "ms", "round");
  figure("find_presence", median_ms(here, {"find", "--dm", "presence"}), "ms", "round");
  figure("ping", median_ms(here, {"ping", "-t", kAnswerPatience}), "ms", "round");
  figure("rpc",
         median_ms(here, {"rpc", "rpcutil", "get_fact", "fact=country", "-t", kAnswerPatience}),
         "ms", "round");
}

// Until `ping` of all is answered by all: it exits otherwise when one is missing, or is not there to be asked yet.
void Bench::measure_comeback(test::Installation& here, test::SwarmProgram& swarm) {
  here.broker().signal(SIGKILL);
  if (!here.broker().wait()) throw std::runtime_error("the broker cannot be killed");
  const auto began = Clock::now();
  here.start_broker();
  wait_for("that all are back", swarm, "back");
  const Milliseconds back = Clock::now() - began;
  const auto pinged = timed(here, {"ping", "-t", kAnswerPatience});
  const Milliseconds answered = Clock::now() - began;
  if (pinged.result.exit_code != 0)
    throw std::runtime_error("not all answer after the broker's death: " + pinged.result.err);
  figure("back", back.count(), "ms", "back");
  figure("back_all_answered", answered.count(), "ms", "back");
  figure("back_peak", swarm.last("back").at("peak_in_a_second").get<double>(), "connects/s",
         "back_peak");
}

}  // namespace muster::swarm
