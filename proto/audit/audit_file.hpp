// The audit's file: lines are whole or not there, and it never grows beyond its limit.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string_view>

#include "proto/base/result.hpp"
#include "proto/base/unique_fd.hpp"

namespace muster::audit {

inline constexpr mode_t kFileMode = 0600;
inline constexpr mode_t kFolderMode = 0750;

// Not thread-safe. One process a file.
class AuditFile {
 public:
  // `max_bytes` 0: somebody else rotates it. Else FILE becomes FILE.1 and so on up to FILE.`keep`.
  AuditFile(std::filesystem::path path, std::uint64_t max_bytes, int keep);

  // Appends `line` and a newline. Makes file and folder; a file that was moved away or deleted
  // meanwhile is made anew. Errc::io, naming the path, also when it is full and cannot be rotated;
  // then nothing of the line stays in the file.
  Status append(std::string_view line);

 private:
  Status reopen();
  bool is_still_there() const;
  Result<std::uint64_t> size() const;
  Status rotate();

  const std::filesystem::path path_;
  const std::uint64_t max_bytes_;
  const int keep_;
  base::UniqueFd fd_;
};

}  // namespace muster::audit
