// Inventory of many nodes at once: collectives, reports, a graph.
#pragma once

#include <filesystem>
#include <string>

#include "orchestrator/cli/call_options.hpp"
#include "orchestrator/cli/exit_code.hpp"
#include "orchestrator/cli/program.hpp"
#include "proto/base/result.hpp"

namespace muster::cli {

struct FleetInventory {
  bool list_collectives = false;
  std::string report;                   // --report: the line itself, with \n and \t
  std::filesystem::path template_file;  // --template
  std::filesystem::path graph;          // --collective-graph: the file to write
  bool wanted() const {
    return list_collectives || !report.empty() || !template_file.empty() || !graph.empty();
  }
};

// Whether the call is about some nodes only: a filter, or any word about discovery. An error when the
// -W does not parse.
Result<bool> restricted(const CallOptions& call);

Result<ExitCode> inventory_of_fleet(const CommonOptions& common, const CallOptions& call,
                                    const FleetInventory& options);

}  // namespace muster::cli
