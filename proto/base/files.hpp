// Files read with a limit and written so that a crash leaves the old or the new content, never
// half.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <string_view>

#include "proto/base/result.hpp"

namespace muster::base {

inline constexpr std::size_t kConfigFileMaxBytes = 1024 * 1024;

// Errc::not_found when there is none, Errc::limit when it is larger than `max_bytes`. Messages name
// the path.
Result<std::string> read_file(const std::filesystem::path& path,
                              std::size_t max_bytes = kConfigFileMaxBytes);

// Temporary file in the same folder, fsync, rename, fsync of the folder. Makes the parent folders
// (0755).
Status write_file(const std::filesystem::path& path, std::string_view content, mode_t mode = 0644);

// Makes the folder and its parents; a new one gets `mode`.
Status make_folder(const std::filesystem::path& path, mode_t mode = 0755);

}  // namespace muster::base
