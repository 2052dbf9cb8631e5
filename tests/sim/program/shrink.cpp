#include "tests/sim/program/shrink.hpp"

#include <algorithm>
#include <cctype>
#include <set>
#include <utility>

namespace muster::sim {
namespace {

std::set<std::string> kinds_of_broken(const std::vector<std::string>& broken) {
  std::set<std::string> kinds;
  for (auto line : broken) {
    std::erase_if(line, [](unsigned char c) { return std::isdigit(c) != 0; });
    kinds.insert(std::move(line));
  }
  return kinds;
}

class Search {
 public:
  Search(const Options& options, const std::function<Lived(const Options&)>& live,
         std::size_t nights_max)
      : live_(live), nights_max_(nights_max), best_{options, live(options), 1} {
    wanted_ = kinds_of_broken(best_.lived.broken);
  }

  Shrunk smallest() {
    fewer(&Options::nodes);
    fewer(&Options::orchestrators);
    fewer(&Options::masters);
    fewer_faults();
    return std::move(best_);
  }

 private:
  bool take(const Options& options) {
    if (best_.nights >= nights_max_) return false;
    ++best_.nights;
    auto lived = live_(options);
    const auto kinds = kinds_of_broken(lived.broken);
    const bool breaks = std::any_of(kinds.begin(), kinds.end(),
                                    [&](const auto& kind) { return wanted_.contains(kind); });
    if (!breaks) return false;
    best_.options = options;
    best_.lived = std::move(lived);
    return true;
  }

  void fewer(std::size_t Options::*count) {
    for (std::size_t least = 1; least < best_.options.*count; ++least) {
      auto options = best_.options;
      options.*count = least;
      if (take(options)) return;
    }
  }

  // Halves, quarters, …, single ones: whatever is not needed goes.
  void fewer_faults() {
    std::vector<std::size_t> kept(numbers_of_faults());
    for (auto size = (kept.size() + 1) / 2; size > 0; size = size == 1 ? 0 : (size + 1) / 2) {
      for (std::size_t at = 0; at < kept.size();) {
        auto rest = kept;
        const auto from = rest.begin() + static_cast<std::ptrdiff_t>(at);
        rest.erase(from, from + static_cast<std::ptrdiff_t>(std::min(size, kept.size() - at)));
        auto options = best_.options;
        options.only_faults.emplace(rest.begin(), rest.end());
        if (take(options))
          kept = std::move(rest);
        else
          at += size;
      }
    }
  }

  std::vector<std::size_t> numbers_of_faults() const {
    if (const auto& only = best_.options.only_faults) return {only->begin(), only->end()};
    std::vector<std::size_t> all(best_.lived.faults);
    for (std::size_t number = 0; number < all.size(); ++number) all[number] = number;
    return all;
  }

  const std::function<Lived(const Options&)>& live_;
  const std::size_t nights_max_;
  Shrunk best_;
  std::set<std::string> wanted_;
};

}  // namespace

Shrunk shrink(const Options& options, const std::function<Lived(const Options&)>& live,
              std::size_t nights_max) {
  return Search(options, live, nights_max).smallest();
}

}  // namespace muster::sim
