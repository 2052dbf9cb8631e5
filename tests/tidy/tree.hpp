// The files of this repository, as the tidy tests read them.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace muster::tidy {

struct File {
  std::string path;  // from the top: "proto/base/child.cpp"
  std::string text;

  bool below(std::string_view folder) const { return path.starts_with(folder); }
  bool has_suffix(std::string_view suffix) const { return path.ends_with(suffix); }
  bool is_cpp() const { return has_suffix(".cpp") || has_suffix(".hpp"); }
  // C++, scripts, CMake: what people write by hand to be executed.
  bool is_code() const;
};

std::filesystem::path top();
// Every file but those that git ignores, sorted by path. Read once.
const std::vector<File>& files();
const File* find(std::string_view path);

std::vector<std::string> lines_of(std::string_view text);

}  // namespace muster::tidy
