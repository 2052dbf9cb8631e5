// A handle names a job, and a job is on one node: which.
#pragma once

#include <optional>
#include <string>

#include "orchestrator/cli/call_options.hpp"
#include "orchestrator/cli/conversation.hpp"
#include "proto/base/result.hpp"
#include "proto/ddl/ddl.hpp"

namespace muster::cli::job {

// When `options` name one node and nothing else.
std::optional<std::string> named_node(const CallOptions& options);

// The named node; otherwise whoever says yes when every addressed node is asked with the action
// `status` of `agent`. Errc::not_found: all answered, none has it. Errc::no_answer: it may be on
// one that did not answer.
Result<std::string> find_node(Conversation& talk, const CallOptions& options,
                              const ddl::Agent& agent, const std::string& handle);

}  // namespace muster::cli::job
