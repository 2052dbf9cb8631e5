// The programs of package managers: found once, run without a shell.
#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/child.hpp"
#include "proto/base/result.hpp"

namespace muster::packages {

// Where they are looked for, in this order; tests have folders of their own.
struct Programs {
  std::vector<std::filesystem::path> folders{"/usr/bin", "/usr/sbin", "/bin", "/sbin"};

  std::optional<std::string> find(std::string_view name) const;
};

struct Command {
  std::vector<std::string> argv;
  std::map<std::string, std::string> environment;
};

inline constexpr std::size_t kListMaxBytes = 4 * 1024 * 1024;

// Runs one that only reads, in English. Errc::timeout at the deadline, when it has been killed.
Result<base::ChildResult> read_from(const Command& command,
                                    std::chrono::steady_clock::time_point deadline);

// The same; an exit code other than 0 is Errc::aborted, with what it said.
Result<std::string> output_of(const Command& command,
                              std::chrono::steady_clock::time_point deadline);

// What every command is given: no questions, no colours, English.
std::map<std::string, std::string> quiet_environment();

// Lines without their ends; empty ones are left out.
std::vector<std::string_view> lines_of(std::string_view text);
// Parts between separators, also empty ones.
std::vector<std::string_view> parts_of(std::string_view text, char separator);

}  // namespace muster::packages
