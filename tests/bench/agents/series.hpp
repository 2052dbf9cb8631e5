// Repeated measurements of one thing.
#pragma once

#include <algorithm>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "tests/swarm/figure.hpp"

namespace muster::bench {

class Series {
 public:
  void add(double value) { values_.push_back(value); }
  bool empty() const { return values_.empty(); }
  // The value below which that share of all lies; not of none.
  double at(double share) const {
    if (values_.empty()) throw std::logic_error("nothing was measured");
    auto sorted = values_;
    std::sort(sorted.begin(), sorted.end());
    const auto last = static_cast<double>(sorted.size() - 1);
    return sorted[static_cast<std::size_t>(share * last + 0.5)];
  }
  double median() const { return at(0.5); }

 private:
  std::vector<double> values_;
};

// NAME is the median, NAME_fastest and NAME_slowest are the ends of the middle four fifths. Beside `floor` when that has values.
inline void print_series(const std::string& name, const Series& series, const std::string& unit,
                         const std::string& floor_name = {}, const Series& floor = {}) {
  constexpr double kFast = 0.1;
  constexpr double kSlow = 0.9;
  swarm::Figure figure{name, series.median(), unit};
  if (!floor.empty()) {
    figure.floor = floor_name;
    figure.floor_value = floor.median();
  }
  swarm::print(figure);
  swarm::print({name + "_fastest", series.at(kFast), unit});
  swarm::print({name + "_slowest", series.at(kSlow), unit});
}

}  // namespace muster::bench
