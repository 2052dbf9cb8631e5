#include "tests/bench/agents/clients_bench.hpp"

#include <fmt/format.h>

#include <stdexcept>
#include <thread>
#include <utility>

#include "proto/transport/mqtt/mqtt_bus.hpp"

namespace muster::bench {
namespace {

using Clock = std::chrono::steady_clock;
using Milliseconds = std::chrono::duration<double, std::milli>;

constexpr std::size_t kSubjects = 4;
constexpr auto kAgent = "agent";
constexpr auto kCore = "core_on_libmosquitto";
constexpr auto kBare = "bare_paho";
constexpr auto kBareMosquitto = "bare_libmosquitto";
constexpr auto kAgentName = "agent0.bench.example";
// How long an answer of one that may not be there yet is waited for before the next is asked.
constexpr std::chrono::milliseconds kShort{30};

void must_answer(bool answered, const std::string& name) {
  if (!answered) throw std::runtime_error(name + " does not answer");
}

}  // namespace

ClientsBench::ClientsBench(ClientsOptions options)
    : options_(options),
      site_(kSubjects),
      subjects_{
          core(kAgent, kAgentName, [this] { return site_.start_agent(kAgentName); }),
          core(kCore, Site::name_of_swarm_node(), [this] { return site_.start_swarm_of_one(); }),
          bare(kBare, MUSTER_ECHO_PAHO), bare(kBareMosquitto, MUSTER_ECHO_LIBMOSQUITTO)} {
  subjects_[0].beside = kCore;
  subjects_[2].beside = kBareMosquitto;
}

ClientsBench::Subject ClientsBench::core(const std::string& name, const std::string& identity,
                                         std::function<Site::ProcessPtr()> start) {
  return {name,
          "",
          std::move(start),
          [this, identity](auto patience) { return site_.ears().wait_present(identity, patience); },
          [this, identity](auto patience) { return site_.ask({identity}, patience) == 1; },
          nullptr};
}

ClientsBench::Subject ClientsBench::bare(const std::string& name, const std::string& program) {
  const auto node = name.substr(name.find('_') + 1) + ".bench.example";
  return {name,
          "",
          [this, name, node, program] {
            site_.ears().forget_answers();
            return site_.start_echo(program, node, name);
          },
          [this](auto patience) { return site_.ears().wait_answers(1, patience); },
          [this, name](auto patience) { return site_.ask_bare(name, 1, patience); },
          nullptr};
}

void ClientsBench::measure() {
  site_.connect();
  measure_starts();
  measure_idle();
  measure_memory("at_rest");
  measure_rounds();
  measure_cpu();
  measure_memory("after_calls");
  measure_broker_deaths();
}

void ClientsBench::print_all(const std::string& figure, const SeriesOfAll& series,
                             const std::string& unit) {
  for (const auto& subject : subjects_) {
    const auto floor = series.find(subject.beside);
    print_series(fmt::format("{}_{}", figure, subject.name), series.at(subject.name), unit,
                 fmt::format("{}_{}", figure, subject.beside),
                 floor == series.end() ? Series() : floor->second);
  }
}

void ClientsBench::print_each(const std::string& figure, const std::string& unit,
                              const std::function<double(const Subject&)>& value) {
  std::map<std::string, double> values;
  for (const auto& subject : subjects_) values[subject.name] = value(subject);
  for (const auto& subject : subjects_) {
    swarm::Figure line{fmt::format("{}_{}", figure, subject.name), values[subject.name], unit};
    if (!subject.beside.empty()) {
      line.floor = fmt::format("{}_{}", figure, subject.beside);
      line.floor_value = values[subject.beside];
    }
    swarm::print(line);
  }
}

// They leave in between, and so are started on a machine that has their files in memory.
void ClientsBench::measure_starts() {
  SeriesOfAll took;
  for (std::size_t round = 0; round <= options_.starts; ++round) {
    for (auto& subject : subjects_) {
      subject.process.reset();
      site_.ears()
          .forget_presence();  // it leaves by its last will, or comes back before that is heard
      const auto began = Clock::now();
      subject.process = subject.start();
      must_answer(subject.on_bus(kPatience), subject.name);
      if (round > 0) took[subject.name].add(Milliseconds(Clock::now() - began).count());
    }
  }
  print_all("start_to_on_the_bus", took, "ms");
}

void ClientsBench::measure_idle() {
  std::this_thread::sleep_for(options_.settle);
  std::map<std::string, ProcessFigures> before;
  for (const auto& subject : subjects_) before[subject.name] = look_at(subject.process->pid());
  std::this_thread::sleep_for(options_.idle);  // the measured time itself
  std::map<std::string, ProcessFigures> after;
  for (const auto& subject : subjects_) after[subject.name] = look_at(subject.process->pid());
  const double minutes = std::chrono::duration<double, std::ratio<60>>(options_.idle).count();
  print_each("wakeups_a_minute", "1/min", [&](const Subject& subject) {
    return (after[subject.name].wakeups - before[subject.name].wakeups) / minutes;
  });
  print_each("wakeups_a_minute_of_paho", "1/min", [&](const Subject& subject) {
    return (after[subject.name].paho_wakeups - before[subject.name].paho_wakeups) / minutes;
  });
  print_each("idle_cpu_a_minute", "ms", [&](const Subject& subject) {
    return (after[subject.name].cpu_ms - before[subject.name].cpu_ms) / minutes;
  });
}

void ClientsBench::measure_memory(const std::string& when) {
  std::map<std::string, ProcessFigures> now;
  for (const auto& subject : subjects_) now[subject.name] = look_at(subject.process->pid());
  print_each("rss_" + when, "KiB", [&](const auto& subject) { return now[subject.name].rss_kib; });
  print_each("pss_" + when, "KiB", [&](const auto& subject) { return now[subject.name].pss_kib; });
  print_each("threads_" + when, "",
             [&](const auto& subject) { return static_cast<double>(now[subject.name].threads); });
}

void ClientsBench::measure_rounds() {
  SeriesOfAll took;
  for (std::size_t round = 0; round <= options_.rounds; ++round) {
    for (const auto& subject : subjects_) {
      const auto began = Clock::now();
      must_answer(subject.call(kPatience), subject.name);
      if (round > 0) took[subject.name].add(Milliseconds(Clock::now() - began).count());
    }
  }
  print_all("round", took, "ms");
}

void ClientsBench::measure_cpu() {
  std::map<std::string, ProcessFigures> before;
  for (const auto& subject : subjects_) before[subject.name] = look_at(subject.process->pid());
  for (std::size_t call = 0; call < options_.calls; ++call)
    for (const auto& subject : subjects_) must_answer(subject.call(kPatience), subject.name);
  std::map<std::string, ProcessFigures> after;
  for (const auto& subject : subjects_) after[subject.name] = look_at(subject.process->pid());
  print_each("cpu_a_call", "us", [&](const Subject& subject) {
    constexpr double kUsAMs = 1'000;
    return (after[subject.name].cpu_ms - before[subject.name].cpu_ms) * kUsAMs /
           static_cast<double>(options_.calls);
  });
}

void ClientsBench::measure_broker_deaths() {
  SeriesOfAll took;
  for (std::size_t death = 0; death < options_.broker_deaths; ++death) {
    // Links that are lost soon after they were made are taken for another client's with the same name.
    if (death > 0)
      std::this_thread::sleep_for(transport::mqtt::kStableAfter + std::chrono::seconds(1));
    site_.kill_broker();
    const auto began = Clock::now();
    site_.connect();
    std::map<std::string, double> back;
    while (back.size() < subjects_.size()) {
      for (const auto& subject : subjects_) {
        if (back.contains(subject.name) || !subject.call(kShort)) continue;
        back[subject.name] = Milliseconds(Clock::now() - began).count();
      }
      if (Clock::now() - began > kPatience) throw std::runtime_error("not all come back");
    }
    for (const auto& [name, ms] : back) took[name].add(ms);
  }
  print_all("back_after_the_brokers_death", took, "ms");
}

}  // namespace muster::bench
