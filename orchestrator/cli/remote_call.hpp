// Discovers, calls and keeps what both took: the part that every calling command shares.
#pragma once

#include <string>

#include "orchestrator/cli/batch.hpp"
#include "orchestrator/cli/call_options.hpp"
#include "orchestrator/cli/present/presenter.hpp"
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

// As of its result; but nodes that could not be judged count as silent, and those that were left
// alone as failed.
ExitCode exit_code_of(const RemoteCall& call);

// What a command adds to a plain call.
struct CallExtras {
  Batches batches = {};
  Presenter* presenter = nullptr;           // shows it while it runs; finished() is called too
  const CommonOptions* approved = nullptr;  // whose --approval, if given, is attached
};

// Time beyond an action's own deadline for its answer to arrive.
inline constexpr std::chrono::milliseconds kAnswerGrace{2'000};

// Checks `arguments` against the DDL first. Errc::not_found when nothing was discovered.
Result<RemoteCall> call_remote(const CommonOptions& common, const CallOptions& options,
                               const ddl::Agent& agent, const std::string& action,
                               const Value& arguments, const CallExtras& extras = {});

// The same over a connection that is already there: for commands that call more than once.
Result<RemoteCall> call_over(client::Link& link, client::Caller& caller, const CallOptions& options,
                             const ddl::Agent& agent, const std::string& action,
                             const Value& arguments, const CallExtras& extras = {});

// Everything a calling command does: presents the call, and gives its exit code.
struct ActionCall {
  const CallOptions& options;
  const BatchOptions& batch;
  const OutputOptions& output;
};
Result<ExitCode> run_action(const CommonOptions& common, const ActionCall& call,
                            const ddl::Agent& agent, const std::string& action,
                            const Value& arguments);

}  // namespace muster::cli
