// Paho beside libmosquitto, as what an agent speaks MQTT with: muster-agent beside the same core on libmosquitto's external loop,
// and a bare client of each. All four are at the same broker at the same time, and are measured in turns.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <string>

#include "tests/bench/agents/process_figures.hpp"
#include "tests/bench/agents/series.hpp"
#include "tests/bench/agents/site.hpp"

namespace muster::bench {

struct ClientsOptions {
  std::size_t starts = 10;  // of each
  std::size_t rounds = 30;  // calls of each whose time is taken
  std::size_t calls = 200;  // calls of each whose processor time is taken
  std::size_t broker_deaths = 3;
  std::chrono::seconds settle{5};  // before it counts as idle
  std::chrono::seconds idle{60};
};

class ClientsBench {
 public:
  explicit ClientsBench(ClientsOptions options);

  // Prints each figure as soon as it is known.
  void measure();

 private:
  struct Subject {
    std::string name;    // as figures have it
    std::string beside;  // whose figures its own are put beside; empty: nobody's
    std::function<Site::ProcessPtr()> start;
    std::function<bool(std::chrono::milliseconds)> on_bus;  // since it was started
    std::function<bool(std::chrono::milliseconds)> call;    // one, answered
    Site::ProcessPtr process;
  };
  using SeriesOfAll = std::map<std::string, Series>;

  Subject core(const std::string& name, const std::string& identity,
               std::function<Site::ProcessPtr()> start);
  Subject bare(const std::string& name, const std::string& program);
  void print_all(const std::string& figure, const SeriesOfAll& series, const std::string& unit);
  void print_each(const std::string& figure, const std::string& unit,
                  const std::function<double(const Subject&)>& value);
  void measure_starts();
  void measure_idle();
  void measure_memory(const std::string& when);
  void measure_rounds();
  void measure_cpu();
  void measure_broker_deaths();

  const ClientsOptions options_;
  Site site_;
  std::array<Subject, 4> subjects_;  // last: they are at the site
};

}  // namespace muster::bench
