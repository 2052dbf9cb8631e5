// A folder of a test's own, gone with it.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <string_view>

namespace muster::fakes {

// Below TMPDIR or /tmp, readable by its owner alone. Failing to make it, or to write into it, ends
// the test program: nothing sensible can follow.
class TempFolder {
 public:
  TempFolder();
  ~TempFolder();
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path operator/(const std::filesystem::path& name) const { return path_ / name; }

  // Writes a file below the folder, making its parents; its path.
  std::filesystem::path write(const std::filesystem::path& name, std::string_view content,
                              mode_t mode = 0644) const;
  // A file's content.
  std::string read(const std::filesystem::path& name) const;

 private:
  std::filesystem::path path_;
};

}  // namespace muster::fakes
