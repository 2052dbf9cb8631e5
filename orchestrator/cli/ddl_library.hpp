// The plugins whose descriptions are known here: those compiled in, and those of folders of the user's.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/result.hpp"
#include "proto/ddl/ddl.hpp"

namespace muster::cli {

inline constexpr std::size_t kDdlFilesMax = 1'000;  // of one folder

enum class PluginKind { agent, data };
std::string_view name_of(PluginKind kind);  // "agent", "data"

struct Plugin {
  PluginKind kind = PluginKind::agent;
  std::string name;
  std::string description;
  std::string version;
  std::filesystem::path file;  // empty: compiled in
  std::string error;           // why it cannot be used; then only name and file are set
};

// Reads NAME.json (agents) and data/NAME.json (data plugins) of `folders` on demand; the first folder that has one wins,
// and one that does not parse is an error of that plugin alone. A built-in name cannot be redefined: what it does is in
// the nodes.
class DdlLibrary {
 public:
  explicit DdlLibrary(std::vector<std::filesystem::path> folders) : folders_(std::move(folders)) {}

  // Errc::unknown_action with the nearest name.
  Result<ddl::Agent> find(const std::string& agent) const;
  Result<ddl::Data> find_data(const std::string& plugin) const;
  std::vector<std::string> names() const;  // of agents, sorted
  std::vector<std::string> data_names() const;
  bool has(PluginKind kind, const std::string& name) const;

  // All, agents first, by name; broken ones with their error.
  std::vector<Plugin> plugins() const;
  // The description as it is written. `file` is where it stands, "ddl/agent/x.json" for built-in ones.
  struct Text {
    std::string json;
    std::filesystem::path file;
    bool built_in = false;
  };
  Result<Text> text(PluginKind kind, const std::string& name) const;

 private:
  std::vector<std::string> names(PluginKind kind) const;
  Plugin described(PluginKind kind, const std::string& name) const;

  std::vector<std::filesystem::path> folders_;
};

// ~/.config/muster/ddl and /etc/muster/ddl, after XDG_CONFIG_HOME.
std::vector<std::filesystem::path> user_ddl_folders();

}  // namespace muster::cli
