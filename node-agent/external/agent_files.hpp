// What lies in the folders of other people's agents and data plugins: looked at, nothing run.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace muster::external {

inline constexpr std::size_t kEntriesMax = 1'000;  // of one folder; the others are not seen

enum class Kind { choria, ruby, data };

struct AgentFile {
  Kind kind = Kind::choria;
  std::string name;                // its description's file name
  std::filesystem::path ddl_file;  // NAME.json, NAME.ddl
  std::filesystem::path program;   // empty: there is none. Ruby: NAME.rb
  std::filesystem::path libdir;    // Ruby
  std::string stamp;  // another one: a file has been written, replaced or made executable
};

struct Folders {
  std::vector<std::filesystem::path> agents;        // NAME.json or NAME/NAME.json
  std::vector<std::filesystem::path> ruby_libdirs;  // mcollective/agent/NAME.rb below each
  std::vector<std::filesystem::path> data;          // as agents
};

// In the folders' order and by name within each. A folder that is not there holds none.
std::vector<AgentFile> find_agent_files(const Folders& folders);

// Where Choria looks for the program of DIR/NAME.json: DIR/NAME, else NAME-<goos>_<goarch> in the
// folder DIR/NAME or in DIR itself. Empty when there is none.
std::filesystem::path program_of(const std::filesystem::path& ddl_file);

// "linux_amd64": how Go's compiler calls this machine.
std::string go_platform();

}  // namespace muster::external
