// The options of every command that asks nodes: who, and for how long.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "orchestrator/cli/command_line.hpp"
#include "orchestrator/cli/discovery/discovery.hpp"
#include "proto/base/result.hpp"
#include "proto/filter/fwd.hpp"
#include "proto/filter/text.hpp"

namespace muster::cli {

// Who of those that match.
struct DiscoveryOptions {
  std::string method;                // --dm; empty: stdin when names are piped in, else automatic
  std::vector<std::string> options;  // --do
  std::filesystem::path nodes_file;  // --nodes
  std::string limit;                 // --limit
  std::optional<std::size_t> limit_seed;
  bool one = false;
};

struct CallOptions {
  filter::Text words;               // -F -C -A -I -S
  std::vector<std::string> with;    // -W
  std::optional<double> timeout_s;  // -t; each command has its own default
  double discovery_timeout_s = 2;   // nodes judge the filter: how long they get
  std::string target;               // -T; empty: the configuration's collective
  std::uint32_t ttl_s = 60;
  bool yes = false;  // --yes: as many nodes as there are are meant
  DiscoveryOptions discovery;

  std::chrono::milliseconds timeout_or(std::chrono::milliseconds otherwise) const;
  // What nodes get of --timeout for an action, so that what became of it is told before the caller
  // stops listening: a second less, at least one. 0: no --timeout.
  std::chrono::seconds action_limit() const;
  std::chrono::milliseconds discovery_timeout() const;
  // With the parts of -W put where they belong.
  Result<filter::Filter> filter() const;
  // What to look for. `filter` is borrowed. Reads nothing yet, but sees whether stdin is a pipe.
  Result<Search> search(const filter::Filter& filter, const std::string& agent) const;
};

void add_target_option(Command command, CallOptions& options);
void add_timeout_options(Command command, CallOptions& options);
void add_filter_options(Command command, CallOptions& options);
void add_discovery_options(Command command, CallOptions& options);
// All of them: what a command that calls nodes takes.
void add_call_options(Command command, CallOptions& options);

}  // namespace muster::cli
