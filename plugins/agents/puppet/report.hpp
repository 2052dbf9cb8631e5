// What a run said: the messages in Puppet's last_run_report.yaml.
#pragma once

#include "plugins/api/node.hpp"
#include "proto/base/result.hpp"
#include "proto/base/value.hpp"

namespace muster::plugins::puppet {

// Of a report's messages so much is read; the rest is left out, and a last entry says so.
inline constexpr std::size_t kLogsMaxBytes = 256 * 1024;

// A list of maps with level, source, message and time. Errc::not_found before the first run.
// The report itself may be many megabytes: only the part with messages is read.
Result<Value> last_run_logs(const PuppetPaths& paths);

}  // namespace muster::plugins::puppet
