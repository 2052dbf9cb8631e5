// Passwords live in files of their own and never in configuration, logs or errors.
#pragma once

#include <filesystem>
#include <string>

#include "proto/base/result.hpp"

namespace muster::notifiers {

inline constexpr std::size_t kSecretMaxBytes = 1024;

// The first line of the file, which must be its only one. Read again for each message, so that a
// changed password needs no restart. It must be its owner's alone (base::check_guard). Every error is Errc::config and names the file, never its
// content.
Result<std::string> read_secret(const std::filesystem::path& path);

// Errc::config unless `path` can be read: for certificates, whose libraries explain a missing one
// badly.
Status check_readable(std::string_view what, const std::filesystem::path& path);

}  // namespace muster::notifiers
