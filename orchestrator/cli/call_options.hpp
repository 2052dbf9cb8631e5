// The options of every command that asks nodes: who, and for how long.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "orchestrator/cli/command_line.hpp"
#include "proto/base/result.hpp"
#include "proto/filter/filter.hpp"

namespace muster::cli {

struct CallOptions {
  filter::Text words;               // -F -C -A -I -S
  std::vector<std::string> with;    // -W
  std::optional<double> timeout_s;  // -t; each command has its own default
  double discovery_timeout_s = 2;   // nodes judge the filter: how long they get
  std::string target;               // -T; empty: the configuration's collective
  std::uint32_t ttl_s = 60;

  std::chrono::milliseconds timeout_or(std::chrono::milliseconds otherwise) const;
  std::chrono::milliseconds discovery_timeout() const;
  // With the parts of -W put where they belong.
  Result<filter::Filter> filter() const;
};

void add_target_option(Command command, CallOptions& options);
void add_timeout_options(Command command, CallOptions& options);
void add_filter_options(Command command, CallOptions& options);

}  // namespace muster::cli
