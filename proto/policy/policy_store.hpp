// The policies of a node: a folder with AGENT.policy for each agent, default.policy for those
// without one, and groups. Muster's own agents have built-in policies, which apply as long as the
// folder has neither a file for the agent nor a default. What has no policy, or one that was
// refused, is denied.
#pragma once

#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "proto/policy/policy.hpp"

namespace muster::policy {

// Thread-safe.
class PolicyStore {
 public:
  // Reads the folder; what it refuses is in the log with file and line.
  explicit PolicyStore(std::filesystem::path folder);
  ~PolicyStore();

  // Reads all of it anew; decisions under way keep what they began with.
  void reload();

  // `caller` is "cert=NAME"; only operators and orchestrators are ever allowed anything.
  Decision decide(std::string_view caller, security::Role role, std::string_view agent,
                  std::string_view action, const Value& facts,
                  const std::vector<std::string>& classes) const;

 private:
  struct Loaded;
  std::shared_ptr<const Loaded> load() const;
  static void add_built_in(Loaded& loaded, const std::shared_ptr<const Groups>& groups);

  const std::filesystem::path folder_;
  mutable std::mutex mutex_;
  std::shared_ptr<const Loaded> loaded_;
};

}  // namespace muster::policy
