#include "orchestrator/cli/ddl_library.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <set>

#include "proto/base/files.hpp"
#include "proto/base/names.hpp"
#include "proto/base/nearest.hpp"
#include "proto/ddl/texts.hpp"

namespace muster::cli {

namespace fs = std::filesystem;

namespace {

fs::path file_in(const fs::path& folder, PluginKind kind, const std::string& name) {
  const auto file = name + ".json";
  return kind == PluginKind::agent ? folder / file : folder / "data" / file;
}

// Who asks for x gets x: a file under another name would answer for two.
Status check_name(const ddl::Metadata& plugin, const DdlLibrary::Text& text) {
  if (plugin.name == text.file.stem()) return {};
  return fail(Errc::invalid_data,
              fmt::format("{}: /metadata/name: is {}, so the file must be {}.json",
                          text.file.string(), base::quoted(plugin.name), plugin.name));
}

void add_files(const fs::path& folder, std::set<std::string>& names) {
  std::error_code unreadable;
  std::size_t seen = 0;
  for (const auto& entry : fs::directory_iterator(folder, unreadable)) {
    if (++seen > kDdlFilesMax) break;
    if (entry.path().extension() == ".json") names.insert(entry.path().stem().string());
  }
}

}  // namespace

std::string_view name_of(PluginKind kind) {
  return kind == PluginKind::agent ? "agent" : "data";
}

Result<DdlLibrary::Text> DdlLibrary::text(PluginKind kind, const std::string& name) const {
  const std::string what = kind == PluginKind::agent ? "agent" : "data plugin";
  MUSTER_TRY(base::check_word(what, name));
  const auto built_in = kind == PluginKind::agent ? ddl::text(name) : ddl::data_text(name);
  if (!built_in.empty())
    return Text{std::string(built_in), fmt::format("ddl/{}/{}.json", name_of(kind), name), true};
  for (const auto& folder : folders_) {
    const auto file = file_in(folder, kind, name);
    auto json = base::read_file(file, ddl::kDocumentMaxBytes);
    if (json) return Text{std::move(*json), file, false};
    if (json.error().code != Errc::not_found) return fail(json.error());
  }
  std::string message = fmt::format("there is no {} {}{}", what, base::quoted(name),
                                    base::hint_for(name, names(kind)));
  if (!folders_.empty())
    message += fmt::format("\nA description of your own goes to {}",
                           file_in(folders_.front(), kind, name).string());
  return fail(Errc::unknown_action, std::move(message));
}

Result<ddl::Agent> DdlLibrary::find(const std::string& agent) const {
  MUSTER_ASSIGN(const auto found, text(PluginKind::agent, agent));
  MUSTER_ASSIGN(auto parsed, ddl::parse(found.json, found.file.string()));
  MUSTER_TRY(check_name(parsed, found));
  return parsed;
}

Result<ddl::Data> DdlLibrary::find_data(const std::string& plugin) const {
  MUSTER_ASSIGN(const auto found, text(PluginKind::data, plugin));
  MUSTER_ASSIGN(auto parsed, ddl::parse_data(found.json, found.file.string()));
  MUSTER_TRY(check_name(parsed, found));
  return parsed;
}

std::vector<std::string> DdlLibrary::names(PluginKind kind) const {
  std::set<std::string> names;
  for (const auto& text : kind == PluginKind::agent ? ddl::texts() : ddl::data_texts())
    names.insert(std::string(text.name));
  for (const auto& folder : folders_) add_files(file_in(folder, kind, "").parent_path(), names);
  return {names.begin(), names.end()};
}

std::vector<std::string> DdlLibrary::names() const {
  return names(PluginKind::agent);
}

std::vector<std::string> DdlLibrary::data_names() const {
  return names(PluginKind::data);
}

bool DdlLibrary::has(PluginKind kind, const std::string& name) const {
  const auto all = names(kind);
  return std::find(all.begin(), all.end(), name) != all.end();
}

Plugin DdlLibrary::described(PluginKind kind, const std::string& name) const {
  Plugin plugin{kind, name, "", "", {}, ""};
  const auto fill = [&](const auto& parsed) {
    if (!parsed) {
      plugin.error = parsed.error().message;
      return;
    }
    plugin.description = parsed->description;
    plugin.version = parsed->version;
  };
  if (const auto found = text(kind, name); found && !found->built_in) plugin.file = found->file;
  if (kind == PluginKind::agent)
    fill(find(name));
  else
    fill(find_data(name));
  return plugin;
}

std::vector<Plugin> DdlLibrary::plugins() const {
  std::vector<Plugin> all;
  for (const auto kind : {PluginKind::agent, PluginKind::data})
    for (const auto& name : names(kind)) all.push_back(described(kind, name));
  return all;
}

std::vector<fs::path> user_ddl_folders() {
  std::vector<fs::path> folders;
  const char* config = std::getenv("XDG_CONFIG_HOME");
  const char* home = std::getenv("HOME");
  if (config != nullptr && *config != '\0')
    folders.push_back(fs::path(config) / "muster" / "ddl");
  else if (home != nullptr && *home != '\0')
    folders.push_back(fs::path(home) / ".config" / "muster" / "ddl");
  folders.emplace_back("/etc/muster/ddl");
  return folders;
}

}  // namespace muster::cli
