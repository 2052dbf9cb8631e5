// The facts of this node, collected now and then, handed out at once.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "proto/base/guarded.hpp"
#include "proto/base/value.hpp"

namespace muster::facts {

struct Sources {
  // Of external facts; a later folder's facts win over an earlier one's, and all of them over our
  // own.
  std::vector<std::filesystem::path> external_folders{
      "/etc/facter/facts.d", "/etc/puppetlabs/facter/facts.d", "/etc/muster/facts.d"};
  std::chrono::milliseconds external_timeout{5'000};  // of each executable
  std::string ec2_metadata_url;                       // empty: not on EC2; "http://169.254.169.254"
  std::chrono::milliseconds interval{300'000};        // between two collections
  std::chrono::milliseconds first_patience{1'000};    // for the first, from the start on
};

// Thread-safe. Collects on a thread of its own, so that facts() waits for none but the first.
class FactStore {
 public:
  // Begins the first collection. `gathered` is called on the store's thread after each collection of its own; what it uses must
  // outlive the store.
  explicit FactStore(Sources sources, std::function<void()> gathered = {});
  ~FactStore();  // ends a collection under way
  FactStore(const FactStore&) = delete;
  FactStore& operator=(const FactStore&) = delete;

  // A map; never null. The snapshot stays as it is while it is held. Waits for the first collection, but not longer than
  // first_patience after the start: then what files and the kernel say is there, and what programs and EC2 say follows.
  std::shared_ptr<const Value> facts() const;

  // Collects now. Blocks for as long as the external executables take.
  void refresh();
  // Has the store's thread collect, from `sources` if given, and gives the number of that collection.
  std::uint64_t refresh_soon(std::optional<Sources> sources = std::nullopt);
  // Whether the collection of this number, or a later one, is over.
  bool has_gathered(std::uint64_t number) const;

 private:
  struct Collectors;

  void refresh_regularly();
  void use_new_sources();
  void look_at_files(const Sources& sources) const;

  const std::function<void()> gathered_;
  const std::chrono::steady_clock::time_point first_until_;
  struct State {
    std::shared_ptr<Collectors> collectors;  // used under collecting_, but for stop()
    Sources sources;
    std::optional<Sources> new_sources;
    std::shared_ptr<const Value> facts;
    std::uint64_t begun = 0;  // collections of the thread
    std::uint64_t over = 0;
    bool wanted = false;
    bool stopping = false;
    bool first_is_late = false;  // and files have been looked at instead
  };

  std::mutex collecting_;  // held for one collection; taken before state_'s, never after
  mutable base::Guarded<State> state_;
  mutable std::condition_variable changed_;

  std::thread thread_;
};

}  // namespace muster::facts
