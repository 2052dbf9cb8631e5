// The policies of a node: a folder with AGENT.policy for each agent, default.policy for those
// without one, and groups. Muster's own agents have built-in policies, which apply as long as the
// folder has neither a file for the agent nor a default. What has no policy, or one that was
// refused, is denied. A data plugin has policies in the same way: data.PLUGIN.policy, else
// data.default.policy, else a built-in one; the action that is asked for is `query`, its argument
// `query` the text that the filter gives.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/guarded.hpp"
#include "proto/policy/policy.hpp"

namespace muster::policy {

// Reads `file`, a groups file. One that is refused, or is there but cannot be read, gives
// Groups::unreadable; one that is not there the built-in groups.
std::shared_ptr<const Groups> load_groups(const std::filesystem::path& file);

// Whether its name is AGENT.policy or data.PLUGIN.policy.
bool is_policy_file(const std::filesystem::path& file);

inline constexpr std::string_view kDataPrefix = "data.";   // of a data plugin's name in the folder
inline constexpr std::string_view kDataAction = "query";   // what is done with a data plugin
inline constexpr std::string_view kGroupsFile = "groups";  // in the folder of policies

// Thread-safe.
class PolicyStore {
 public:
  // Reads the folder; what it refuses is in the log with file and line, unless `quiet`. `groups`:
  // another file than the folder's.
  explicit PolicyStore(std::filesystem::path folder, std::filesystem::path groups = {},
                       bool quiet = false);
  ~PolicyStore();

  // Reads all of it anew; decisions under way keep what they began with.
  void reload();

  // `agent` may be "data.PLUGIN". Only operators and orchestrators are ever allowed anything.
  Decision decide(std::string_view agent, const Question& question) const;
  // Of a request without arguments, filter and targets, at this moment. `caller` is "cert=NAME".
  Decision decide(std::string_view caller, security::Role role, std::string_view agent,
                  std::string_view action, const Value& facts,
                  const std::vector<std::string>& classes) const;

  // Whether the folder's groups, or the built-in ones, have the caller in `group`. Errc::config, with
  // the nearest name, when there is no such group.
  Result<bool> in_group(std::string_view group, const Caller& caller) const;

  // Whether the node's facts or classes can change what is decided for `agent`.
  bool depends_on_node(std::string_view agent) const;
  // Whether a line of the policy that decides for `agent` has max_nodes.
  bool limits_nodes(std::string_view agent) const;

 private:
  struct Loaded;
  std::shared_ptr<const Loaded> current() const;
  // Null when neither `agent` nor a default has a policy.
  static const Result<Policy>* find(const Loaded& loaded, std::string_view agent);
  std::shared_ptr<const Loaded> load() const;
  static void add_built_in(Loaded& loaded, const std::shared_ptr<const Groups>& groups);

  const std::filesystem::path folder_;
  const std::filesystem::path groups_;
  const bool quiet_;
  base::Guarded<std::shared_ptr<const Loaded>> loaded_;
};

}  // namespace muster::policy
