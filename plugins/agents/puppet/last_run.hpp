// Puppet's last_run_summary.yaml.
#pragma once

#include <cstdint>

#include "plugins/api/node.hpp"
#include "proto/base/result.hpp"
#include "proto/base/value.hpp"

namespace muster::plugins::puppet {

// The whole file as data. Errc::not_found, saying so, before the first run.
Result<Value> last_run_summary(const PuppetPaths& paths);

// When the last run ended, Unix time in seconds; 0 when there was none.
std::int64_t last_run_s(const PuppetPaths& paths);

// The reply of puppet#last_run_summary, from the file's content.
Value summary_reply(const Value& summary, std::int64_t now_s);

}  // namespace muster::plugins::puppet
