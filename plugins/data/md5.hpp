// A file's MD5, for comparing what files hold; not for trusting them.
#pragma once

#include <filesystem>
#include <string>

#include "proto/base/result.hpp"

namespace muster::plugins::data {

inline constexpr std::size_t kMd5MaxBytes = 256 * 1024 * 1024;  // about half a second

// 32 hex digits. Reads no more than kMd5MaxBytes, never waits for a pipe or a terminal, follows no
// symbolic link in the last place. `public_alone`: Errc::refused when not everybody may read what
// was opened, which need not be what was looked at before. Errc::io when it cannot be read,
// Errc::limit when it is larger.
Result<std::string> md5_of(const std::filesystem::path& file, bool public_alone = false);

}  // namespace muster::plugins::data
