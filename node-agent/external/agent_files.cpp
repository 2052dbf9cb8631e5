#include "node-agent/external/agent_files.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/utsname.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace muster::external {
namespace {

namespace fs = std::filesystem;

std::string stamp_of(const fs::path& path) {
  struct stat what {};
  if (path.empty() || ::stat(path.c_str(), &what) != 0) return "none;";
  return fmt::format("{}:{}:{}:{}.{}:{}.{};", what.st_ino, what.st_size, what.st_mode,
                     what.st_mtim.tv_sec, what.st_mtim.tv_nsec, what.st_ctim.tv_sec,
                     what.st_ctim.tv_nsec);
}

std::vector<fs::path> entries_of(const fs::path& folder) {
  std::vector<fs::path> entries;
  std::error_code unreadable;
  for (fs::directory_iterator at(folder, unreadable), end; !unreadable && at != end;
       at.increment(unreadable)) {
    if (entries.size() >= kEntriesMax) break;
    entries.push_back(at->path());
  }
  std::sort(entries.begin(), entries.end());
  return entries;
}

bool is_file(const fs::path& path) {
  std::error_code ignored;
  return fs::is_regular_file(path, ignored);
}

bool is_folder(const fs::path& path) {
  std::error_code ignored;
  return fs::is_directory(path, ignored);
}

void find_programs(Kind kind, const fs::path& folder, std::vector<AgentFile>& found) {
  for (const auto& entry : entries_of(folder)) {
    const auto ddl_file = is_folder(entry) ? entry / (entry.filename().string() + ".json") : entry;
    if (ddl_file.extension() != ".json" || !is_file(ddl_file)) continue;
    auto program = program_of(ddl_file);
    auto stamp = stamp_of(ddl_file) + stamp_of(program);
    found.push_back(
        {kind, ddl_file.stem().string(), ddl_file, std::move(program), {}, std::move(stamp)});
  }
}

void find_ruby(const fs::path& libdir, std::vector<AgentFile>& found) {
  for (const auto& entry : entries_of(libdir / "mcollective" / "agent")) {
    if (entry.extension() != ".rb" || !is_file(entry)) continue;
    auto ddl_file = entry;
    ddl_file.replace_extension(".ddl");
    auto stamp = stamp_of(ddl_file) + stamp_of(entry);
    found.push_back({Kind::ruby, entry.stem().string(), ddl_file, entry, libdir, std::move(stamp)});
  }
}

}  // namespace

std::string go_platform() {
  struct Row {
    std::string_view machine;
    std::string_view go;
  };
  constexpr std::array kArchitectures{Row{"x86_64", "amd64"},    Row{"aarch64", "arm64"},
                                      Row{"i686", "386"},        Row{"armv7l", "arm"},
                                      Row{"ppc64le", "ppc64le"}, Row{"s390x", "s390x"},
                                      Row{"riscv64", "riscv64"}};
  utsname self{};
  ::uname(&self);
  std::string machine(self.machine);
  for (const auto& row : kArchitectures)
    if (row.machine == machine) machine = row.go;
  return "linux_" + machine;
}

fs::path program_of(const fs::path& ddl_file) {
  const auto folder = ddl_file.parent_path();
  const auto name = ddl_file.stem().string();
  const auto built = fmt::format("{}-{}", name, go_platform());
  for (const auto& path : {folder / name, folder / name / built, folder / built})
    if (is_file(path)) return path;
  return {};
}

std::vector<AgentFile> find_agent_files(const Folders& folders) {
  std::vector<AgentFile> found;
  for (const auto& folder : folders.agents) find_programs(Kind::choria, folder, found);
  for (const auto& libdir : folders.ruby_libdirs) find_ruby(libdir, found);
  for (const auto& folder : folders.data) find_programs(Kind::data, folder, found);
  return found;
}

}  // namespace muster::external
