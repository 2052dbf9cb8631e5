#include "orchestrator/cli/ddl_fetch.hpp"

#include <fmt/format.h>

#include <utility>

#include "orchestrator/cli/cache_folder.hpp"
#include "orchestrator/cli/ddl_library.hpp"
#include "orchestrator/cli/remote_call.hpp"
#include "proto/base/files.hpp"
#include "proto/base/names.hpp"
#include "proto/ddl/texts.hpp"

namespace muster::cli {

namespace fs = std::filesystem;

namespace {

// Of the agent that was asked for, and no other.
Result<ddl::Agent> parsed(const std::string& json, const std::string& source,
                          const std::string& name) {
  MUSTER_ASSIGN(auto agent, ddl::parse(json, source));
  if (agent.name == name) return agent;
  return fail(Errc::invalid_data, fmt::format("{}: describes {}, not {}", source,
                                              base::quoted(agent.name), base::quoted(name)));
}

Result<ddl::Agent> cached(const fs::path& file, const std::string& name) {
  std::error_code none;
  const auto written = fs::last_write_time(file, none);
  const auto age = fs::file_time_type::clock::now() - written;
  if (none || age > kDdlCacheAge || age < std::chrono::seconds(0))
    return fail(Errc::not_found, "not cached");
  MUSTER_ASSIGN(const auto json, base::read_file(file, ddl::kDocumentMaxBytes));
  return parsed(json, file.string(), name);
}

// From one node that runs it, whose signature the call has verified.
struct Told {
  std::string node;
  Value document;
};

Result<Told> asked(Conversation& talk, const std::string& name, const std::string& node_asked) {
  constexpr double kPatienceSeconds = 5;
  CallOptions options;
  options.words.agents = {name};
  if (!node_asked.empty()) options.words.identities = {node_asked};
  options.discovery.method = name_of(Method::automatic);
  options.discovery.one = true;
  options.timeout_s = kPatienceSeconds;
  MUSTER_ASSIGN(const auto rpcutil, ddl::built_in("rpcutil"));
  MUSTER_ASSIGN(const auto call, call_remote(talk, options, rpcutil, "get_ddl", {{"agent", name}}));
  for (const auto& node : call.result.results) {
    if (node.outcome != client::Outcome::ok)
      return fail(Errc::unavailable, fmt::format("{}: {}", node.identity, node.message));
    const auto ddl = node.data.is_object() ? node.data.find("ddl") : node.data.end();
    if (ddl == node.data.end() || !ddl->is_object())
      return fail(Errc::not_found, fmt::format("{} does not describe it", node.identity));
    return Told{node.identity, *ddl};
  }
  return fail(Errc::not_found, node_asked.empty()
                                   ? "no node runs it"
                                   : node_asked + " is not online, or does not run it");
}

Result<ddl::Agent> fetched(Conversation& talk, const std::string& name, const fs::path& cache) {
  MUSTER_ASSIGN(const auto told, asked(talk, name, ""));
  const auto json = told.document.dump();
  MUSTER_ASSIGN(auto agent, parsed(json, "a node's description of " + name, name));
  // Without a cache the next call asks again.
  if (!cache.empty()) (void)base::write_file(cache, json);
  return agent;
}

}  // namespace

fs::path ddl_cache_folder() {
  return cache_folder("ddl");
}

Result<ddl::Agent> agent_of_nodes(Conversation& talk, const std::string& agent) {
  MUSTER_TRY(base::check_word("agent", agent));
  const auto folder = ddl_cache_folder();
  // Another collective may have another agent of that name.
  const auto& target = talk.target();
  const auto name = target.empty() ? agent + ".json" : agent + "@" + target + ".json";
  const auto file = folder.empty() ? fs::path() : folder / name;
  if (auto found = cached(file, agent)) return found;
  auto found = fetched(talk, agent, file);
  if (found) return found;
  return fail(found.error().code, "Nor can a node be asked for its own: " + found.error().message);
}

Result<FetchedDescription> fetch_description(Conversation& talk, const std::string& agent,
                                             const std::string& node) {
  MUSTER_ASSIGN(auto told, asked(talk, agent, node));
  MUSTER_ASSIGN(auto read,
                parsed(told.document.dump(), told.node + "'s description of " + agent, agent));
  return FetchedDescription{std::move(told.node), std::move(told.document), std::move(read)};
}

Result<ddl::Agent> find_agent(Conversation& talk, const std::string& agent) {
  const DdlLibrary library(user_ddl_folders());
  auto known = library.find(agent);
  if (known || known.error().code != Errc::unknown_action) return known;
  auto found = agent_of_nodes(talk, agent);
  if (found) return found;
  return fail(known.error().code,
              fmt::format("{}\n{}", known.error().message, found.error().message));
}

}  // namespace muster::cli
