// A call's outcome for people, laid out as `mco rpc` does.
#pragma once

#include <string>

#include "orchestrator/cli/render/call_json.hpp"
#include "orchestrator/cli/render/style.hpp"
#include "orchestrator/client/caller.hpp"
#include "proto/ddl/ddl.hpp"

namespace muster::cli::render {

// Whether a node's result is shown under the action's `display` rule.
bool shown(const client::NodeResult& node, ddl::Display display);
// "Refused", "Request Aborted" …, empty when it is ok; and the colour of it.
std::string status_text(const client::NodeResult& node);
Ink status_ink(const client::NodeResult& node);
// Name, label of what went wrong, message, data under the outputs' own names. Ends with an empty line.
std::string node_text(const client::NodeResult& node, const ddl::Action& action,
                      const Style& style);
// The DDL's summaries over the nodes that are ok.
std::string summaries_text(const client::CallResult& result, const ddl::Action& action,
                           const Style& style);
// The same for machines: aggregates::summaries_json().
Value summaries_json(const client::CallResult& result, const ddl::Action& action);
// "Finished processing 3 / 3 hosts in 245.12 ms", then who did not answer and what did not verify.
std::string closing_text(const CallFrame& frame, const client::CallResult& result,
                         const Style& style, std::size_t columns);
// The same for -v: a table of counts and times.
std::string report_text(const CallFrame& frame, const client::CallResult& result,
                        const Style& style, std::size_t columns);
// What else must be known, whatever the form of the statistics: the silent, the undecided, those who
// were not asked, unexpected and unverified replies. Empty when there is nothing.
std::string missing_text(const CallFrame& frame, const client::CallResult& result,
                         const Style& style, std::size_t columns);
// "No response from:" and the names; empty when everybody answered.
std::string silent_text(const client::CallResult& result, const Style& style, std::size_t columns);

}  // namespace muster::cli::render
