// Discovers, calls and keeps what both took: the part that every calling command shares.
#pragma once

#include <string>

#include "orchestrator/cli/batch.hpp"
#include "orchestrator/cli/call_options.hpp"
#include "orchestrator/cli/conversation.hpp"
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
  Presenter* presenter = nullptr;  // shows it while it runs; finished() is called too
  bool approved = false;           // --approval, if given, is attached
};

// Time beyond an action's own deadline for its answer to arrive.
inline constexpr std::chrono::milliseconds kAnswerGrace{2'000};

// A call whose words were looked at, once: nobody was asked yet.
struct ReadyCall {
  client::Call call;  // not addressed yet
  Aim aim;
};
// Checks `arguments` against the DDL and parses the filter. No connection is needed.
Result<ReadyCall> ready_call(const CallOptions& options, const ddl::Agent& agent,
                             const std::string& action, const Value& arguments);

// Checks the words, connects if the conversation has not yet, discovers, calls. Errc::not_found when
// nothing was discovered.
Result<RemoteCall> call_remote(Conversation& talk, const CallOptions& options,
                               const ddl::Agent& agent, const std::string& action,
                               const Value& arguments, const CallExtras& extras = {});

// The same in a conversation of its own: for commands that call once.
Result<RemoteCall> call_remote(const CommonOptions& common, const CallOptions& options,
                               const ddl::Agent& agent, const std::string& action,
                               const Value& arguments);

// Everything a calling command does: presents the call, and gives its exit code.
struct ActionCall {
  const CallOptions& options;
  const BatchOptions& batch;
  const OutputOptions& output;
};
Result<ExitCode> run_action(Conversation& talk, const ActionCall& call, const ddl::Agent& agent,
                            const std::string& action, const Value& arguments);
Result<ExitCode> run_action(const CommonOptions& common, const ActionCall& call,
                            const ddl::Agent& agent, const std::string& action,
                            const Value& arguments);

}  // namespace muster::cli
