// The screens and files of `muster plugin`.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "orchestrator/cli/ddl_library.hpp"
#include "orchestrator/cli/render/style.hpp"
#include "proto/base/result.hpp"
#include "proto/base/value.hpp"
#include "proto/ddl/ddl.hpp"

namespace muster::cli {

// What stands beside agents and data plugins: functions, validators, discovery methods.
struct NamedThing {
  std::string name;
  std::string description;
};
std::vector<NamedThing> aggregate_functions();
std::vector<NamedThing> validators();
std::vector<NamedThing> discovery_methods();

// `muster plugin list`.
std::string plugin_list_text(const DdlLibrary& library, const render::Style& style);
Value plugin_list_json(const DdlLibrary& library);

// `muster plugin doc`: 80 columns.
std::string agent_page(const ddl::Agent& agent, const render::Style& style);
std::string data_page(const ddl::Data& data, const render::Style& style);

// What a new plugin is to be.
struct NewPlugin {
  PluginKind kind = PluginKind::agent;
  std::string name;
  std::vector<std::string> parts;   // actions of an agent, outputs of a data plugin
  std::string language = "python";  // python, bash or ruby
};

struct NewFile {
  std::filesystem::path path;
  std::string content;
  bool executable = false;
};

// NAME.json and the program NAME below `folder`; nothing is written. Errc::config with the nearest for an unknown
// language, Errc::invalid_data for a name that cannot be one. The description has been parsed: it is valid.
Result<std::vector<NewFile>> generate(const NewPlugin& plugin, const std::filesystem::path& folder);

// Errc::config when one of them exists already; then none is written.
Status write_new(const std::vector<NewFile>& files);

// The program's text, for generate().
Result<std::string> program_text(const NewPlugin& plugin);

}  // namespace muster::cli
