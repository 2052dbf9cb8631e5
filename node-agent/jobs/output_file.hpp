// A job's output on disk: its beginning as it came, and, of what went beyond the limit, the last
// lines.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "proto/base/result.hpp"
#include "proto/base/unique_fd.hpp"

namespace muster::jobs {

inline constexpr std::uint64_t kOutputMaxBytes = 4 * 1024 * 1024;
// Kept of the end of a longer output: that is where the reason for a failure stands.
inline constexpr std::size_t kOutputTailBytes = 64 * 1024;

// The file only ever grows, so readers by offset never see a byte change. Not thread-safe.
class OutputFile {
 public:
  static Result<OutputFile> create(const std::filesystem::path& path,
                                   std::uint64_t max_bytes = kOutputMaxBytes);

  Status append(std::string_view bytes);
  // After the last append: a line that says how much is missing, then the end of it.
  Status finish();

 private:
  OutputFile(base::UniqueFd fd, std::filesystem::path path, std::uint64_t head_max_bytes)
      : fd_(std::move(fd)), path_(std::move(path)), head_left_(head_max_bytes) {}
  Status write_all(std::string_view bytes);

  base::UniqueFd fd_;
  std::filesystem::path path_;
  std::uint64_t head_left_;
  std::uint64_t beyond_bytes_ = 0;  // how much came after the head was full
  std::string tail_;                // the last of it
};

}  // namespace muster::jobs
