// Child processes: own process group, output read without a line limit, everything dead at the deadline.
#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "proto/base/result.hpp"

namespace muster::base {

struct ChildSpec {
  std::vector<std::string> argv;                     // argv[0] is looked up in PATH
  std::map<std::string, std::string> environment;    // added to a minimal one: PATH, LC_ALL=C.UTF-8, HOME
  std::filesystem::path working_folder;              // empty: as the parent
  std::string input;                                 // given on stdin, then closed
  std::chrono::milliseconds timeout{10'000};
  std::size_t output_max_bytes = 1024 * 1024;        // of stdout and of stderr, each; the rest is read and dropped
};

struct ChildResult {
  int exit_code = 0;          // 128+N when a signal N ended it
  std::string out;
  std::string err;
  std::size_t dropped_bytes = 0;  // output beyond output_max_bytes
};

// Runs to the end. Errc::timeout when the deadline passed (the whole process group has then been killed),
// Errc::not_found when there is no such program, Errc::io for the rest. Blocks; thread-safe.
Result<ChildResult> run_child(const ChildSpec& spec);

}  // namespace muster::base
