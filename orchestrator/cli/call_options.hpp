// The options of every command that asks nodes: who, and for how long.
#pragma once

#include <chrono>
#include <memory>
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

// What a command's words say of whom it is about: read once, before anybody connects.
struct Aim {
  std::shared_ptr<const filter::Filter> filter;  // what `search` borrows
  Search search;
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
  // The filter's words, the parts of -W put where they belong.
  Result<filter::Text> text() const;
  // text(), parsed.
  Result<filter::Filter> filter() const;
  // Who is meant, of those that run `agent`. Parses the filter; reads nothing yet, but sees whether
  // stdin is a pipe.
  Result<Aim> aim(const std::string& agent) const;
};

void add_target_option(Command command, CallOptions& options);
void add_timeout_options(Command command, CallOptions& options);
void add_filter_options(Command command, CallOptions& options);
void add_discovery_options(Command command, CallOptions& options);
// All of them: what a command that calls nodes takes.
void add_call_options(Command command, CallOptions& options);

}  // namespace muster::cli
