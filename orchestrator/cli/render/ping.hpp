// What `muster ping` shows, as `mco ping` does.
#pragma once

#include <string>

#include "orchestrator/cli/render/call_json.hpp"
#include "orchestrator/cli/render/style.hpp"
#include "orchestrator/client/caller.hpp"

namespace muster::cli::render {

// "n1.example.com      time=12.34 ms"
std::string ping_line(const client::NodeResult& node);
// The statistics, then who did not answer.
std::string ping_closing(const CallFrame& frame, const client::CallResult& result,
                         const Style& style, std::size_t columns);

}  // namespace muster::cli::render
