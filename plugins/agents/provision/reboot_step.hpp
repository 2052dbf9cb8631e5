// The step that starts the machine anew.
#pragma once

#include <chrono>
#include <string>

#include "plugins/api/node.hpp"
#include "proto/base/result.hpp"

namespace muster::plugins::provision {

// From the end of the command to that of this boot: services may take long to stop.
inline constexpr std::chrono::seconds kGoesDownWithin{180};

// Has the node's command run, once for each `key`, and returns while it runs. Errc::refused when the owner allows none; Errc::aborted, with
// what it printed, when it failed, or when the machine is still up kGoesDownWithin later.
Status begin_reboot(Node& node, const std::string& key);

}  // namespace muster::plugins::provision
