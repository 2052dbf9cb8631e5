#include "node-agent/external/load.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "node-agent/external/check.hpp"
#include "node-agent/external/external_agent.hpp"
#include "node-agent/external/external_data.hpp"
#include "node-agent/external/protocol.hpp"
#include "node-agent/external/ruby_agent.hpp"
#include "proto/base/files.hpp"
#include "proto/base/guard.hpp"
#include "proto/base/log.hpp"
#include "proto/base/names.hpp"
#include "proto/ddl/reserved.hpp"
#include "proto/ddl/texts.hpp"

namespace muster::external {
namespace {

constexpr std::string_view kNotWanted = "it does not want to be active on this node";

Loaded disabled(std::string reason, bool worth_another_try = false) {
  return {{}, {}, std::move(reason), worth_another_try};
}

Status check_name(const AgentFile& agent_file, const Surroundings& around) {
  const bool data = agent_file.kind == Kind::data;
  MUSTER_TRY(base::check_word(data ? "data plugin name" : "agent name", agent_file.name));
  const auto& taken = data ? around.built_in_data : reserved_names();
  if (std::find(taken.begin(), taken.end(), agent_file.name) != taken.end())
    return fail(Errc::refused, fmt::format("the name '{}' is taken by {} that comes with Muster",
                                           agent_file.name, data ? "a data plugin" : "an agent"));
  return base::check_guard(agent_file.ddl_file, base::Guard::program);
}

template <typename Ddl>
Result<Ddl> with_the_files_name(Result<Ddl> ddl, const AgentFile& agent_file) {
  if (ddl && ddl->name != agent_file.name)
    return fail(Errc::invalid_data,
                fmt::format("it is named {} in its description and '{}' by its file",
                            base::quoted(ddl->name), agent_file.name));
  return ddl;
}

// Nothing: it is not ours.
Result<std::optional<std::string>> read_description(const AgentFile& agent_file,
                                                    const Surroundings& around) {
  MUSTER_ASSIGN(auto json, base::read_file(agent_file.ddl_file, ddl::kDocumentMaxBytes));
  if (too_deep(json)) return fail(Errc::limit, "its description nests too deep");
  if (!is_external(json)) return std::nullopt;
  MUSTER_TRY(check_name(agent_file, around));
  return std::optional(std::move(json));
}

Loaded load_choria(const AgentFile& agent_file, std::string_view json, const Surroundings& around,
                   int cancel_fd) {
  const auto file = agent_file.ddl_file.filename().string();
  auto ddl = with_the_files_name(ddl::parse(json, file), agent_file);
  if (!ddl) return disabled(ddl.error().message);
  if (auto program = check_program(agent_file); !program) return disabled(program.error().message);
  auto agent = std::make_shared<ExternalAgent>(std::move(*ddl), agent_file.program, around);
  const auto wanted = agent->wants_to_be_active(cancel_fd);
  if (!wanted) return disabled("its activation failed: " + wanted.error().message, true);
  if (!*wanted) return disabled(std::string(kNotWanted));
  for (const auto& warning : agent->ddl().warnings)
    log::warning("an agent's description has what is not known here", {{"what", warning}});
  return {std::move(agent), {}, "", false};
}

Loaded load_data(const AgentFile& agent_file, std::string_view json, const Surroundings& around) {
  const auto file = agent_file.ddl_file.filename().string();
  auto ddl = with_the_files_name(ddl::parse_data(json, file), agent_file);
  if (!ddl) return disabled(ddl.error().message);
  if (auto program = check_program(agent_file); !program) return disabled(program.error().message);
  return {
      {}, std::make_shared<ExternalData>(std::move(*ddl), agent_file.program, around), "", false};
}

Loaded load_ruby(const AgentFile& agent_file, const Surroundings& around, int cancel_fd) {
  for (const auto& check : {check_name(agent_file, around),
                            base::check_guard(agent_file.program, base::Guard::program)})
    if (!check) return disabled(check.error().message);
  auto described = describe_ruby_agent(agent_file.name, agent_file.libdir, around, cancel_fd);
  if (!described) return disabled("it cannot be loaded: " + described.error().message, true);
  if (!described->active) return disabled(std::string(kNotWanted));
  return {std::make_shared<RubyAgent>(std::move(described->ddl), agent_file.libdir, around),
          {},
          "",
          false};
}

}  // namespace

const std::vector<std::string>& reserved_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all(ddl::kChoriaAgents.begin(), ddl::kChoriaAgents.end());
    for (const auto& text : ddl::texts()) all.emplace_back(text.name);
    return all;
  }();
  return names;
}

Loaded load(const AgentFile& agent_file, const Surroundings& around, int cancel_fd) {
  if (agent_file.kind == Kind::ruby) return load_ruby(agent_file, around, cancel_fd);
  const auto json = read_description(agent_file, around);
  if (!json) return disabled(json.error().message);
  if (!*json) return {};
  return agent_file.kind == Kind::data ? load_data(agent_file, **json, around)
                                       : load_choria(agent_file, **json, around, cancel_fd);
}

}  // namespace muster::external
