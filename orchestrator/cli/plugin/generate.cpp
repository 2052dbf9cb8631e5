#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <nlohmann/json.hpp>
#include <set>

#include "orchestrator/cli/plugin/plugin.hpp"
#include "proto/base/files.hpp"
#include "proto/base/names.hpp"
#include "proto/base/unique_fd.hpp"
#include "proto/ddl/reserved.hpp"
#include "proto/ddl/texts.hpp"

namespace muster::cli {
namespace {

// Keys in the order in which people read them.
using Ordered = nlohmann::ordered_json;

Ordered metadata_of(const NewPlugin& plugin) {
  constexpr int kTimeoutSeconds = 10;
  return {{"name", plugin.name},
          {"description", "What " + plugin.name + " is for"},
          {"author", "You <you@example.net>"},
          {"license", "Apache-2.0"},
          {"version", "0.1.0"},
          {"url", "https://example.net/"},
          {"timeout", kTimeoutSeconds},
          {"provider", "external"}};
}

Ordered text_input(const char* prompt, const char* description) {
  constexpr int kMaxLength = 256;
  return {{"prompt", prompt}, {"description", description}, {"type", "string"},
          {"optional", true}, {"validation", "^[^\\n]*$"},  {"maxlength", kMaxLength}};
}

Ordered text_output(const std::string& name) {
  return {{"description", "What " + name + " says"}, {"display_as", name}, {"type", "string"}};
}

Ordered action_of(const std::string& name) {
  return {{"action", name},
          {"description", "What " + name + " does"},
          {"display", "always"},
          {"input", {{"message", text_input("Message", "Something to say")}}},
          {"output", {{"message", text_output("Message")}}}};
}

Ordered agent_document(const NewPlugin& plugin) {
  Ordered actions = Ordered::array();
  for (const auto& name : plugin.parts) actions.push_back(action_of(name));
  return {{"$schema", "https://choria.io/schemas/mcorpc/ddl/v1/agent.json"},
          {"metadata", metadata_of(plugin)},
          {"actions", actions}};
}

Ordered data_document(const NewPlugin& plugin) {
  Ordered outputs = Ordered::object();
  for (const auto& name : plugin.parts) outputs[name] = text_output(name);
  return {{"$schema", "https://choria.io/schemas/mcorpc/ddl/v1/data.json"},
          {"metadata", metadata_of(plugin)},
          {"query", text_input("Query", "What is asked about")},
          {"output", outputs}};
}

// A node does not load a second plugin of a name.
Status check_free(const NewPlugin& plugin) {
  const bool agent = plugin.kind == PluginKind::agent;
  const bool ours = !(agent ? ddl::text(plugin.name) : ddl::data_text(plugin.name)).empty();
  const auto& theirs = ddl::kChoriaAgents;
  if (!ours && (!agent || std::find(theirs.begin(), theirs.end(), plugin.name) == theirs.end()))
    return {};
  return fail(Errc::config,
              fmt::format("the name {} is taken by {} that comes with {}: no node would load "
                          "another; choose a different name",
                          base::quoted(plugin.name), agent ? "an agent" : "a data plugin",
                          ours ? "Muster" : "Choria"));
}

Status check_parts(const NewPlugin& plugin) {
  const bool agent = plugin.kind == PluginKind::agent;
  MUSTER_TRY(base::check_word(agent ? "agent" : "data plugin", plugin.name));
  MUSTER_TRY(check_free(plugin));
  std::set<std::string> seen;
  for (const auto& part : plugin.parts) {
    MUSTER_TRY(base::check_word(agent ? "action" : "output", part));
    // They become names of functions, where '-' cannot stand.
    if (part.find('-') != std::string::npos)
      return fail(Errc::config, fmt::format("{} becomes the name of a function: write '_' for '-'",
                                            base::quoted(part)));
    if (!seen.insert(part).second)
      return fail(Errc::config, fmt::format("{} is named twice", base::quoted(part)));
  }
  return {};
}

Status write_one(const NewFile& file) {
  const base::UniqueFd out(::open(file.path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
                                  file.executable ? 0755 : 0644));
  if (out.get() < 0)
    return fail(Errc::config, fmt::format("{}: {}", file.path.string(), std::strerror(errno)));
  std::size_t done = 0;
  while (done < file.content.size()) {
    const auto written = ::write(out.get(), file.content.data() + done, file.content.size() - done);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0)
      return fail(Errc::unknown, fmt::format("{}: {}", file.path.string(), std::strerror(errno)));
    done += static_cast<std::size_t>(written);
  }
  return {};
}

}  // namespace

Result<std::vector<NewFile>> generate(const NewPlugin& plugin,
                                      const std::filesystem::path& folder) {
  MUSTER_TRY(check_parts(plugin));
  const bool agent = plugin.kind == PluginKind::agent;
  const auto document = (agent ? agent_document(plugin) : data_document(plugin)).dump(2) + "\n";
  const auto ddl_file = folder / (plugin.name + ".json");
  if (agent)
    MUSTER_TRY(ddl::parse(document, ddl_file.string()));
  else
    MUSTER_TRY(ddl::parse_data(document, ddl_file.string()));
  MUSTER_ASSIGN(auto program, program_text(plugin));
  return std::vector<NewFile>{{ddl_file, document, false},
                              {folder / plugin.name, std::move(program), true}};
}

Status write_new(const std::vector<NewFile>& files) {
  for (const auto& file : files) {
    std::error_code unreadable;
    if (std::filesystem::exists(std::filesystem::symlink_status(file.path, unreadable)))
      return fail(Errc::config,
                  fmt::format("{} exists already; nothing was written", file.path.string()));
  }
  for (const auto& file : files) {
    MUSTER_TRY(base::make_folder(file.path.parent_path().empty() ? "." : file.path.parent_path()));
    MUSTER_TRY(write_one(file));
  }
  return {};
}

}  // namespace muster::cli
