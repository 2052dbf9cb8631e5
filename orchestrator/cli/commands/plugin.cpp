#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>

#include "orchestrator/cli/commands/tools.hpp"
#include "orchestrator/cli/ddl_fetch.hpp"
#include "orchestrator/cli/output.hpp"
#include "orchestrator/cli/plugin/plugin.hpp"
#include "proto/base/files.hpp"
#include "proto/base/names.hpp"
#include "proto/base/nearest.hpp"
#include "proto/ddl/to_json.hpp"

namespace muster::cli {
namespace {

render::Style style_now() {
  return render::Style::of(STDOUT_FILENO);
}

Result<ExitCode> list(const CommonOptions& common) {
  const DdlLibrary library(user_ddl_folders());
  if (common.json)
    print_json(plugin_list_json(library));
  else
    print(plugin_list_text(library, style_now()));
  return ExitCode::ok;
}

struct Named {
  PluginKind kind = PluginKind::agent;
  std::string name;
};

// "puppet", "agent/puppet" or "data/puppet"; a bare name that both kinds have is the agent.
Result<Named> named(const DdlLibrary& library, const std::string& word) {
  const auto slash = word.find('/');
  if (slash != std::string::npos) {
    const auto kind = word.substr(0, slash);
    const auto name = word.substr(slash + 1);
    if (kind == "agent") return Named{PluginKind::agent, name};
    if (kind == "data") return Named{PluginKind::data, name};
    return fail(Errc::config,
                fmt::format("{} is no kind of plugin with a page{}", base::quoted(kind),
                            base::hint_for(kind, {"agent", "data"})));
  }
  if (library.has(PluginKind::agent, word)) return Named{PluginKind::agent, word};
  if (library.has(PluginKind::data, word)) return Named{PluginKind::data, word};
  auto known = library.names();
  for (const auto& name : library.data_names()) known.push_back("data/" + name);
  return fail(Errc::not_found, fmt::format("there is no plugin {}{}", base::quoted(word),
                                           base::hint_for(word, known)));
}

// An agent that is not known here may run on nodes: `unknown` tells that it is not.
Result<ExitCode> doc_of_nodes(const CommonOptions& common, const std::string& name,
                              const Error& unknown) {
  Conversation talk(common);
  const auto agent = agent_of_nodes(talk, name);
  if (!agent)
    return fail(unknown.code, fmt::format("{}\n{}", unknown.message, agent.error().message));
  if (common.json)
    print_json(ddl::to_json(*agent));
  else
    print(agent_page(*agent, style_now()));
  return ExitCode::ok;
}

Result<ExitCode> doc(const CommonOptions& common, const std::string& word) {
  const DdlLibrary library(user_ddl_folders());
  if (word.empty()) return list(common);
  const auto found = named(library, word);
  if (!found && found.error().code == Errc::not_found)
    return doc_of_nodes(common, word, found.error());
  if (!found) return fail(found.error());
  const auto& plugin = *found;
  if (plugin.kind == PluginKind::agent && !library.has(plugin.kind, plugin.name))
    return doc_of_nodes(common, plugin.name, library.find(plugin.name).error());
  std::string page;
  if (plugin.kind == PluginKind::agent) {
    MUSTER_ASSIGN(const auto agent, library.find(plugin.name));
    page = agent_page(agent, style_now());
  } else {
    MUSTER_ASSIGN(const auto data, library.find_data(plugin.name));
    page = data_page(data, style_now());
  }
  if (!common.json) {
    print(page);
    return ExitCode::ok;
  }
  MUSTER_ASSIGN(const auto text, library.text(plugin.kind, plugin.name));
  print_json(Value::parse(text.json));  // it has been parsed before
  return ExitCode::ok;
}

// An agent has actions; anything that only has a query or outputs is a data plugin's.
PluginKind kind_of(const std::string& json) {
  const auto document = Value::parse(json, nullptr, /*allow_exceptions=*/false);
  if (!document.is_object() || document.contains("actions")) return PluginKind::agent;
  return document.contains("query") || document.contains("output") ? PluginKind::data
                                                                   : PluginKind::agent;
}

Result<DdlLibrary::Text> text_of(const std::string& word, PluginKind& kind) {
  const bool path = word.find('/') != std::string::npos || word.ends_with(".json");
  std::error_code unreadable;
  if (std::filesystem::exists(word, unreadable) ||
      (path && !word.starts_with("agent/") && !word.starts_with("data/"))) {
    MUSTER_ASSIGN(auto json, base::read_file(word, ddl::kDocumentMaxBytes));
    kind = kind_of(json);
    return DdlLibrary::Text{std::move(json), word, false};
  }
  const DdlLibrary library(user_ddl_folders());
  MUSTER_ASSIGN(const auto plugin, named(library, word));
  kind = plugin.kind;
  return library.text(plugin.kind, plugin.name);
}

void tell(const CommonOptions& common, const DdlLibrary::Text& text, PluginKind kind,
          const ddl::Metadata& plugin, const std::string& parts, std::size_t count) {
  if (!common.json)
    for (const auto& warning : plugin.warnings) note(warning);
  if (common.json)
    print_json({{"file", text.file.string()},
                {"kind", name_of(kind)},
                {"name", plugin.name},
                {"version", plugin.version},
                {"timeout", plugin.timeout.count()},
                {parts, count},
                {"warnings", plugin.warnings},
                {"valid", true}});
  else
    print(fmt::format("{}: {} {} {} is valid: {} {}, timeout {} s\n", text.file.string(),
                      kind == PluginKind::agent ? "agent" : "data plugin", plugin.name,
                      plugin.version, count, parts, plugin.timeout.count()));
}

Result<ExitCode> info(const CommonOptions& common, const std::string& word) {
  PluginKind kind = PluginKind::agent;
  MUSTER_ASSIGN(const auto text, text_of(word, kind));
  if (kind == PluginKind::agent) {
    MUSTER_ASSIGN(const auto agent, ddl::parse(text.json, text.file.string()));
    tell(common, text, kind, agent, "actions", agent.actions.size());
  } else {
    MUSTER_ASSIGN(const auto data, ddl::parse_data(text.json, text.file.string()));
    tell(common, text, kind, data, "outputs", data.outputs.size());
  }
  return ExitCode::ok;
}

struct GenerateOptions {
  std::string kind;
  std::string name;
  std::string actions;
  std::string outputs;
  std::string language = "python";
  std::filesystem::path folder = ".";
};

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> words;
  std::istringstream in(text);
  for (std::string word; std::getline(in, word, ',');) words.push_back(word);
  return words;
}

// What its actions or outputs are called; a new plugin has one that shows how.
Result<NewPlugin> wanted(const GenerateOptions& options) {
  NewPlugin plugin{PluginKind::agent, options.name, {}, options.language};
  if (options.kind == "data")
    plugin.kind = PluginKind::data;
  else if (options.kind != "agent")
    return fail(Errc::config, fmt::format("{} is no kind of plugin{}", base::quoted(options.kind),
                                          base::hint_for(options.kind, {"agent", "data"})));
  const bool agent = plugin.kind == PluginKind::agent;
  if (!(agent ? options.outputs : options.actions).empty())
    return fail(Errc::config, agent ? "an agent has actions: write --actions, not --outputs"
                                    : "a data plugin has outputs: write --outputs, not --actions");
  const auto& given = agent ? options.actions : options.outputs;
  plugin.parts = split(given.empty() ? (agent ? "hello" : "value") : given);
  return plugin;
}

Result<ExitCode> write_plugin(const CommonOptions& common, const GenerateOptions& options) {
  MUSTER_ASSIGN(const auto plugin, wanted(options));
  MUSTER_ASSIGN(const auto files, generate(plugin, options.folder));
  MUSTER_TRY(write_new(files));
  if (common.json) {
    Value paths = Value::array();
    for (const auto& file : files) paths.push_back(file.path.string());
    print_json({{"name", plugin.name}, {"kind", options.kind}, {"files", paths}});
    return ExitCode::ok;
  }
  for (const auto& file : files) print(file.path.string() + "\n");
  return ExitCode::ok;
}

void add_generate(Program& program, Command parent) {
  const auto options = std::make_shared<GenerateOptions>();
  Command command =
      add_command(program, parent, "generate", "A new agent or data plugin to start from",
                  [&program, options] { return write_plugin(program.common, *options); });
  command.option("kind", options->kind, "What it is to be").required().type("agent|data");
  command.option("name", options->name, "Its name").required().type("NAME");
  command.option("dir", options->folder, "Folder to write to; else this one").type("DIR");
  command.option("--actions", options->actions, "An agent's actions, by commas").type("A,B");
  command.option("--outputs", options->outputs, "A data plugin's outputs, by commas").type("X,Y");
  command.option("--language", options->language, "Of the program")
      .type("python|bash|ruby")
      .shows_default();
}

}  // namespace

void add_plugin(Program& program) {
  const Command group =
      add_group(program, "plugin", "What agents and data plugins can do, and new ones");
  calls_no_node(program, group);
  add_command(program, group, "list", "Agents, data plugins and all that goes with them",
              [&program] { return list(program.common); });
  const auto page = std::make_shared<std::string>();
  Command doc_command = add_command(program, group, "doc", "All about one plugin",
                                    [&program, page] { return doc(program.common, *page); });
  doc_command.option("plugin", *page, "puppet, or data/puppet where both are").type("PLUGIN");
  const auto what = std::make_shared<std::string>();
  Command info_command = add_command(program, group, "info", "Check a description (DDL)",
                                     [&program, what] { return info(program.common, *what); });
  info_command.option("what", *what, "A file, or a plugin's name").required().type("FILE|PLUGIN");
  add_generate(program, group);
  add_plugin_fetch(program, group);
}

}  // namespace muster::cli
