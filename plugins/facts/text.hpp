// Small helpers of the collectors.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/text.hpp"

namespace muster::facts {

// The files of /proc and /sys that are read; /proc/cpuinfo of a 512-core machine has 800 KiB.
inline constexpr std::size_t kSystemFileMaxBytes = 2 * 1024 * 1024;

using base::lower;
using base::trimmed;
using base::words_of;

void for_each_line(std::string_view text, const std::function<void(std::string_view line)>& use);

// A system file's content, trimmed; "" when it is not there.
std::string read_system_file(const std::filesystem::path& path);

// "KEY=value" or KEY="value" lines, as in os-release(5).
std::map<std::string, std::string> read_assignments(const std::filesystem::path& path);

// "23.54 GiB", as Facter writes sizes.
std::string human_bytes(double bytes);

}  // namespace muster::facts
