// Which of other people's agents and data plugins stand in the folders, and what became of each: kept up to date by
// looking again and again.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "node-agent/external/load.hpp"
#include "proto/base/clock.hpp"

namespace muster::external {

// A file that changed this short ago may still be being written. Does not count at the first look.
inline constexpr std::chrono::seconds kGrace{5};
// What a moment's trouble may have stopped is tried again: after this long, then each time twice as long.
inline constexpr std::chrono::seconds kTryAgainAfter{5};
inline constexpr std::chrono::seconds kTryAgainAtMost{600};
inline constexpr std::size_t kLoadedAtOnce = 4;

// Not thread-safe.
class Roster {
 public:
  using Find = std::function<std::vector<AgentFile>()>;
  using Load = std::function<Loaded(const AgentFile&)>;  // from several threads at once

  Roster(Find find, Load load, const base::Clock& clock)
      : find_(std::move(find)), load_(std::move(load)), clock_(clock) {}

  // True when what follows is another than before.
  bool look();
  // How long until something is due, whatever else happens in the folders: at most `otherwise`.
  std::chrono::milliseconds next_look(std::chrono::milliseconds otherwise) const;

  // Each name once: what stands in an earlier folder hides what stands in a later one.
  std::vector<std::shared_ptr<plugins::Agent>> agents() const;
  std::vector<std::shared_ptr<plugins::DataPlugin>> data_plugins() const;
  std::vector<plugins::DisabledAgent> disabled() const;  // data plugins as "data/NAME"

 private:
  struct Entry {
    AgentFile agent_file;
    std::chrono::steady_clock::time_point since;  // its stamp is this old
    std::string loaded_stamp;
    Loaded loaded;
    std::chrono::seconds try_again_after{kTryAgainAfter};
    std::chrono::steady_clock::time_point loaded_at;
  };
  // When it is to be loaded; nothing when it is what it was.
  std::optional<std::chrono::steady_clock::time_point> due(const Entry& entry) const;
  void load(const std::vector<Entry*>& entries) const;
  void load(Entry& entry) const;
  Loaded load_safely(const AgentFile& agent_file) const;

  const Find find_;
  const Load load_;
  const base::Clock& clock_;
  std::vector<Entry> entries_;  // in the folders' order
  bool first_ = true;
};

}  // namespace muster::external
