// A command's connection to the bus.
#pragma once

#include <memory>
#include <string>

#include "orchestrator/cli/program.hpp"
#include "orchestrator/client/link.hpp"
#include "orchestrator/settings/settings.hpp"
#include "proto/base/result.hpp"

namespace muster::cli {

// Leaves the bus in order, but lets the process's end take down the MQTT library's threads: they would need longer than
// a whole command does. What it has verified of nodes is kept for the next command.
struct LeaveAndExit {
  void operator()(client::Link* link) const;
};
using LinkPtr = std::unique_ptr<client::Link, LeaveAndExit>;

// The file that --config names, or the first of the usual places.
Result<settings::Settings> read_settings(const CommonOptions& common);
// Finds and reads the configuration, connects; what commands before this one have verified of nodes is recalled. `target`: another collective than the configuration's.
Result<LinkPtr> connect(const CommonOptions& common, const std::string& target = {});

}  // namespace muster::cli
