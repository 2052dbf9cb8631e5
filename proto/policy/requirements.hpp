// What an `allow` line asks for before it allows: it has decided then, and no later line is asked.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/result.hpp"
#include "proto/policy/groups.hpp"

namespace muster::policy {

inline constexpr std::int64_t kApproversMax = 10;        // of `approve:`
inline constexpr std::int64_t kMaxNodesMax = 1'000'000;  // of `max_nodes:`

// What a request shows of itself, for requirements.
struct Scope {
  bool filtered = false;  // it has a filter, or names its targets
  // Whether that filter matches every node; asked only when a line requires one. Not set: it does not.
  std::function<bool()> everybody = {};
  std::size_t targets = 0;  // how many it names; 0: every node that its filter matches
  bool confirmed = false;   // its caller has signed that so many are meant (--yes)
  std::vector<std::string> approved_by = {};  // "cert=NAME": whose approvals of it were verified
  std::string not_approved = {};  // why others that it brought do not count; empty: all do
};

// What a request's scope is against the requirements of a line.
struct Met {
  std::string missing = {};                   // for the caller; empty: nothing
  std::string needs_approval = {};            // "2 of admins", when that is what is missing
  std::vector<std::string> approved_by = {};  // "cert=NAME": who of the group counted
};

// What is missing where more nodes are named than `most` and the caller has not confirmed it.
std::string too_many_nodes(std::size_t named, std::int64_t most);

struct Requirements {
  bool filter = false;         // require_filter: yes
  std::int64_t max_nodes = 0;  // max_nodes: N; 0: no limit
  std::int64_t approvals = 0;  // approve: N of GROUP; 0: none needed
  std::string group;

  bool none() const { return !filter && max_nodes == 0 && approvals == 0; }
  Status read_filter(std::string_view text);
  Status read_max_nodes(std::string_view text);
  Status read_approve(std::string_view text, const Groups& groups);
  // Nobody approves their own request.
  Met judge(const Scope& scope, const Caller& caller, const Groups& groups) const;

 private:
  std::string missing_nodes(const Scope& scope) const;
};

}  // namespace muster::policy
