// What the service agent says: reply data and reasons, from what systemd told.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "plugins/systemd/manager.hpp"
#include "plugins/systemd/unit.hpp"
#include "proto/base/result.hpp"
#include "proto/base/value.hpp"

namespace muster::plugins::service {

// The outputs that every action has.
Value reply_of(const systemd::UnitState& state);

// Errc::not_found: "no service 'ngnix' on this node; did you mean 'nginx'?"
Error no_such(const std::string& unit, const std::vector<std::string>& known);

// Empty when the job did what was asked. Otherwise "nginx.service did not start: …"; `result` is
// the job's, `state` what came of it.
std::string why_not(systemd::Verb verb, std::string_view result, const systemd::UnitState& state);

}  // namespace muster::plugins::service
