// A folder of one's own that goes with its object, and all that is in it.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

#include "proto/base/result.hpp"

namespace muster::base {

class TempFolder {
 public:
  // PURPOSE-XXXXXX below the system's folder for temporary files ($TMPDIR), for our user alone.
  // Errc::io when that cannot be written.
  static Result<TempFolder> make(std::string_view purpose);
  TempFolder(TempFolder&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  TempFolder& operator=(TempFolder&&) = delete;
  ~TempFolder();

  const std::filesystem::path& path() const { return path_; }
  std::string file(std::string_view name) const { return (path_ / name).string(); }

 private:
  explicit TempFolder(std::filesystem::path path) : path_(std::move(path)) {}
  std::filesystem::path path_;
};

}  // namespace muster::base
