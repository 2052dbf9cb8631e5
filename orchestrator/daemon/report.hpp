// What people are told about a node that is finished or has failed, or whose name another machine
// asks for.
#pragma once

#include "orchestrator/client/records.hpp"
#include "plugins/api/notifier.hpp"

namespace muster::daemon {

// The id is the same for the same outcome of the same provisioning, whoever reports it.
plugins::Notification report(const client::Record& record);

// "1 min 12 s", "840 ms".
std::string duration_text(std::int64_t ms);

}  // namespace muster::daemon
