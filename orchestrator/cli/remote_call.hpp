// Discovers, calls and keeps what both took: the part that every calling command shares.
#pragma once

#include <string>

#include "orchestrator/cli/call_options.hpp"
#include "orchestrator/cli/program.hpp"
#include "orchestrator/cli/render/call_json.hpp"
#include "orchestrator/client/caller.hpp"
#include "proto/base/result.hpp"
#include "proto/base/value.hpp"
#include "proto/ddl/ddl.hpp"

namespace muster::cli {

struct RemoteCall {
  render::CallFrame frame;
  client::CallResult result;
};

// Time beyond an action's own deadline for its answer to arrive.
inline constexpr std::chrono::milliseconds kAnswerGrace{2'000};

// Checks `arguments` against the DDL first. Errc::not_found when nothing was discovered.
Result<RemoteCall> call_remote(const CommonOptions& common, const CallOptions& options,
                               const ddl::Agent& agent, const std::string& action,
                               const Value& arguments);

}  // namespace muster::cli
