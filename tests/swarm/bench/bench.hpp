// What `muster` takes with a swarm of N nodes, beside the bare floor of the same size in the same run.
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "tests/integration/swarm/swarm_program.hpp"
#include "tests/swarm/figure.hpp"

namespace muster::swarm {

// Longer is a hang.
inline constexpr std::chrono::minutes kBenchPatience{15};

struct BenchOptions {
  std::size_t nodes = 400;
  std::size_t rounds = 5;   // of each command; the median counts
  std::size_t joining = 0;  // nodes that are provisioned; 0: none are
};

// Prints each figure as soon as it is known. Every failure ends the run by an exception that says what failed.
class Bench {
 public:
  explicit Bench(BenchOptions options) : options_(options) {}

  void measure();

 private:
  // With installations of their own, one after the other.
  void measure_floor();
  void measure_members();
  void measure_joining();

  void measure_memory(test::Installation& here, const test::SwarmProgram& swarm,
                      double broker_before_kib);
  void measure_commands(const test::Installation& here);
  void measure_comeback(test::Installation& here, test::SwarmProgram& swarm);
  // The median of `muster WORDS`, each as a command that has kept nothing of an earlier one.
  double median_ms(const test::Installation& here, const std::vector<std::string>& words) const;
  void figure(const std::string& name, double value, const std::string& unit,
              const std::string& floor = "");

  const BenchOptions options_;
  std::map<std::string, double> floors_;  // by name, without prefix and size
};

}  // namespace muster::swarm
