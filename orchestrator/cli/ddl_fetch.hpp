// Descriptions of agents that run on nodes but are not known here.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>

#include "orchestrator/cli/conversation.hpp"
#include "proto/base/result.hpp"
#include "proto/base/value.hpp"
#include "proto/ddl/ddl.hpp"

namespace muster::cli {

inline constexpr std::chrono::hours kDdlCacheAge{1};  // then a node is asked again

// The library's description of `agent`; else the one cached less than kDdlCacheAge ago; else that of a node that
// runs it, by rpcutil#get_ddl. Only when no node has one is a name near it suggested: puppetd may be an agent of its own.
// What comes from a node is parsed as strictly as a file, and the node checks inputs anyway. The conversation is opened
// only if a node must be asked, and then is there for the call itself.
Result<ddl::Agent> find_agent(Conversation& talk, const std::string& agent);

// The last two of these ways alone: of the cache, or of a node. The error ends a sentence on who else does not know it.
Result<ddl::Agent> agent_of_nodes(Conversation& talk, const std::string& agent);

// As a node describes its own agent, now: nothing is read from a cache, and nothing written to one.
struct FetchedDescription {
  std::string node;  // that was asked
  Value document;    // as it stands in a file
  ddl::Agent agent;  // the same, read as strictly as one
};
// `node`: the one to ask, whose word is believed. Errc::not_found, unavailable or invalid_data.
Result<FetchedDescription> fetch_description(Conversation& talk, const std::string& agent,
                                             const std::string& node);

// cache_folder("ddl").
std::filesystem::path ddl_cache_folder();

}  // namespace muster::cli
