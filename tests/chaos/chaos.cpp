#include "tests/chaos/chaos.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <nlohmann/json.hpp>
#include <thread>
#include <utility>

#include "tests/chaos/apart.hpp"
#include "tests/chaos/player.hpp"
#include "tests/chaos/promises.hpp"
#include "tests/chaos/site.hpp"
#include "tests/chaos/teller.hpp"

namespace muster::chaos {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;
using plugins::provision::State;
using std::chrono::milliseconds;

constexpr milliseconds kTick{20};
constexpr std::chrono::seconds kLookEvery{2};  // at the records
// Once all is settled it stays so: nobody takes a node up again, or tells of it once more.
constexpr std::chrono::seconds kStaysSettled{3};

milliseconds since(Clock::time_point then) {
  return std::chrono::duration_cast<milliseconds>(Clock::now() - then);
}

class Run {
 public:
  explicit Run(const Options& options)
      : options_(options),
        site_(options),
        plan_(plan_faults(options.seed, site_.scope())),
        player_(site_, plan_) {}

  int live() {
    break_things();
    const bool settled = settle();
    if (settled) watch(kStaysSettled);
    const auto found = look_at_all();
    const auto broken = broken_promises(found);
    tell_result(found, broken);
    return broken.empty() ? 0 : 1;
  }

 private:
  // Records are those of orchestrators at work; what they say when they are told to end is counted, and not judged.
  Evidence look_at_all() {
    auto at_work = site_.gather(Outboxes::are_left);
    for (auto& orchestrator : site_.orchestrators()) orchestrator->stop();
    auto found = site_.gather(Outboxes::are_read);
    for (const auto& [node, record] : at_work.records)
      changed_by_the_end_ += found.records[node].state != record.state ? 1U : 0U;
    found.records = std::move(at_work.records);
    return found;
  }

  // Groups begin one after the other, so that there are nodes at every step when something breaks.
  void start_groups() {
    const auto& groups = site_.groups();
    const auto length = length_of(site_.scope()) / 2;
    while (started_ < groups.size() &&
           since(began_) >= length * static_cast<std::int64_t>(started_) /
                                static_cast<std::int64_t>(groups.size()))
      groups[started_++]->start();
  }

  void break_things() {
    began_ = Clock::now();
    while (!player_.over() || started_ < site_.groups().size()) {
      start_groups();
      player_.look(since(began_));
      tick();
    }
    healed_ = Clock::now();
    teller_.say(fmt::format("{:.0f} s: all {} faults have healed", seconds(began_), plan_.size()));
  }

  void tick() {
    site_.look();
    teller_.look([this] {
      return fmt::format("{:.0f} s: {} of {} faults; now {}", seconds(began_), player_.begun(),
                         plan_.size(), player_.now().empty() ? "none" : player_.now());
    });
    std::this_thread::sleep_for(kTick);
  }

  void watch(milliseconds length) {
    const auto then = Clock::now();
    while (since(then) < length) tick();
  }

  // Whether all nodes have arrived before the deadline.
  bool settle() {
    while (since(healed_) < options_.deadline) {
      const auto found = site_.gather(Outboxes::are_left);
      const auto left = unsettled(found);
      settled_ms_ = since(healed_).count();
      teller_.say(fmt::format("{:.0f} s: {} of {} nodes in production, {} on their way",
                              seconds(began_), count_of(found, State::finished), found.nodes.size(),
                              left.size()));
      if (left.empty()) return true;
      watch(kLookEvery);
    }
    return false;
  }

  static double seconds(Clock::time_point then) {
    return std::chrono::duration<double>(Clock::now() - then).count();
  }

  void tell_result(const Evidence& found, const std::vector<std::string>& broken) const {
    const auto finished = count_of(found, State::finished);
    tell_line({{"nodes", options_.nodes},
               {"kills", options_.kills},
               {"seed", options_.seed},
               {"orchestrators", options_.orchestrators},
               {"masters", options_.masters},
               {"faults", player_.counts()},
               {"delays_by", site_.delays_by()},
               {"finished", finished},
               {"failed", found.nodes.size() - finished},
               {"ended_by_themselves", site_.ends()},
               {"records_changed_by_the_end", changed_by_the_end_},
               {"told_twice_under_one_id", told_by_several(found)},
               {"settled_after_ms", settled_ms_},
               {"took_ms", since(began_).count()},
               {"broken", broken}});
  }

  const Options options_;
  Site site_;
  const std::vector<Fault> plan_;
  Player player_;
  Teller teller_;
  Clock::time_point began_;
  Clock::time_point healed_;
  std::size_t started_ = 0;             // groups
  std::size_t changed_by_the_end_ = 0;  // records
  std::int64_t settled_ms_ = 0;
};

void keep_files(const fs::path& folder) {
  if (folder.empty()) return;
  fs::create_directories(folder);
  fs::copy(kRunFolder, folder,
           fs::copy_options::recursive | fs::copy_options::overwrite_existing |
               fs::copy_options::skip_symlinks);
}

}  // namespace

int run(const Options& options) {
  Run run(options);
  int broken = 1;
  try {
    broken = run.live();
  } catch (...) {
    keep_files(options.logs);
    throw;
  }
  keep_files(options.logs);
  return broken;
}

}  // namespace muster::chaos
