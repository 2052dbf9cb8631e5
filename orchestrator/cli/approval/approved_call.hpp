// A call to nodes that needs approval: what of it is approved, and how approvals come to it.
#pragma once

#include "orchestrator/cli/call_options.hpp"
#include "orchestrator/cli/conversation.hpp"
#include "orchestrator/cli/exit_code.hpp"
#include "orchestrator/client/caller.hpp"
#include "proto/base/result.hpp"
#include "proto/ddl/ddl.hpp"

namespace muster::cli {

// Puts the discovered into `call` so that the same words mean the same later: a filter stays a filter,
// which nodes judge when it is sent; names, also those of a file, a pipe or a limit, stay names.
void address_for_approval(client::Call& call, const Discovery& found, const Search& search);

// Addresses the call as above, and attaches what was approved under --approval. In an open
// conversation; a second connection is made when it is with another collective than the
// configuration's, whose orchestrators keep the approvals.
Status attach_approval(Conversation& talk, client::Call& call, const Discovery& found,
                       const Search& search);

// --ask-approval: discovers, sends nothing to nodes, and asks.
Result<ExitCode> ask_approval_of_call(Conversation& talk, const CallOptions& options,
                                      const ddl::Agent& agent, const std::string& action,
                                      const Value& arguments);

// To stderr, after a call: how to ask for the approval that nodes say is needed.
void note_needed_approval(const client::CallResult& result);

}  // namespace muster::cli
