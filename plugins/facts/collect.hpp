// Muster's own facts: Facter's names and structure, read from the kernel and a few files in some
// milliseconds.
#pragma once

#include <filesystem>

#include "proto/base/value.hpp"

namespace muster::facts {

// One function a subject; each adds its facts and leaves out what this machine does not tell.
// `root` stands in front of every file read ("/" on a real machine).
void add_os(const std::filesystem::path& root, Value& facts);
void add_kernel(Value& facts);
void add_processors(const std::filesystem::path& root, Value& facts);
void add_memory(const std::filesystem::path& root, Value& facts);
void add_networking(const std::filesystem::path& root, Value& facts);
void add_virtualization(const std::filesystem::path& root, Value& facts);
void add_uptime(const std::filesystem::path& root, Value& facts);
// The flat names of older Facters that operators' filters use, taken from the structured ones.
void add_legacy(Value& facts);

// All of them.
Value collect_own(const std::filesystem::path& root);

}  // namespace muster::facts
