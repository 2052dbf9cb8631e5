#include "tests/tidy/tree.hpp"

#include <algorithm>

#include "proto/base/files.hpp"

namespace muster::tidy {
namespace {

constexpr std::size_t kFileMaxBytes = 4 * 1024 * 1024;

// Mirrors .gitignore.
bool is_ignored(const std::filesystem::path& path) {
  const auto name = path.filename().string();
  return name == ".git" || name == "build" || name.starts_with("build-") || name == ".cache" ||
         name == "__pycache__" || name.ends_with(".swp") || name == "compile_commands.json";
}

std::vector<File> read_tree() {
  std::vector<File> found;
  for (auto entry = std::filesystem::recursive_directory_iterator(top());
       entry != std::filesystem::recursive_directory_iterator(); ++entry) {
    if (is_ignored(entry->path())) {
      entry.disable_recursion_pending();
      continue;
    }
    if (!entry->is_regular_file()) continue;
    if (auto text = base::read_file(entry->path(), kFileMaxBytes))
      found.push_back({entry->path().lexically_relative(top()).string(), std::move(*text)});
  }
  std::sort(found.begin(), found.end(),
            [](const File& a, const File& b) { return a.path < b.path; });
  return found;
}

}  // namespace

bool File::is_code() const {
  return is_cpp() || has_suffix(".py") || has_suffix(".rb") || has_suffix(".sh") ||
         has_suffix(".cmake") || has_suffix("CMakeLists.txt") || text.starts_with("#!");
}

std::filesystem::path top() {
  return MUSTER_SOURCE_DIR;
}

const std::vector<File>& files() {
  static const std::vector<File> all = read_tree();
  return all;
}

const File* find(std::string_view path) {
  for (const auto& file : files())
    if (file.path == path) return &file;
  return nullptr;
}

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

}  // namespace muster::tidy
