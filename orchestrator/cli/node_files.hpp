// A node as files describe it: for trying filters and policies without one.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/result.hpp"
#include "proto/base/value.hpp"

namespace muster::cli {

inline constexpr std::size_t kFactsFileMaxBytes = 8 * 1024 * 1024;

// A map, in YAML or JSON (what begins with '{'), as facter and `muster inventory --json` write it.
// Errc::invalid_data, "FILE:LINE: …"; what base::read_file gives.
Result<Value> read_value_file(const std::filesystem::path& file);
// Puppet's classes.txt: one a line; empty lines do not count.
Result<std::vector<std::string>> read_classes_file(const std::filesystem::path& file);
// "a, b,c".
std::vector<std::string> split_list(std::string_view text);

}  // namespace muster::cli
