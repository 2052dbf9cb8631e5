// The facts of this node, collected now and then, handed out at once.
#pragma once

#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

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
};

// Thread-safe. Collects once in the constructor, then on a thread of its own, so that facts() never
// waits.
class FactStore {
 public:
  explicit FactStore(Sources sources);
  ~FactStore();  // waits for a collection under way: at most one external_timeout
  FactStore(const FactStore&) = delete;
  FactStore& operator=(const FactStore&) = delete;

  // A map; never null. The snapshot stays as it is while it is held.
  std::shared_ptr<const Value> facts() const;

  // Collects now. Blocks for as long as the external executables take.
  void refresh();

 private:
  struct Collectors;

  void refresh_regularly();

  const Sources sources_;
  std::mutex collecting_;
  std::unique_ptr<Collectors> collectors_;  // guarded by collecting_

  mutable std::mutex mutex_;  // guards what follows
  std::shared_ptr<const Value> facts_;
  bool stopping_ = false;
  std::condition_variable stopped_;

  std::thread thread_;
};

}  // namespace muster::facts
