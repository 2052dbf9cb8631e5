// Child processes: own process group, output read without a line limit, everything dead at the
// deadline.
#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "proto/base/result.hpp"

namespace muster::base {

struct ChildSpec {
  std::vector<std::string> argv;                   // argv[0] is looked up in our own PATH
  std::map<std::string, std::string> environment;  // added to PATH, HOME and LC_ALL=C.UTF-8
  bool environment_alone = false;                  // added to nothing
  std::filesystem::path working_folder;            // empty: as the parent
  std::string input;                               // all that stdin gives before its end
  std::chrono::milliseconds timeout{10'000};
  std::size_t output_max_bytes = 1024 * 1024;  // of stdout and of stderr, each; the rest is dropped
  std::size_t output_deadly_bytes = 0;         // of both together, dropped ones too; 0: never
  // "NAME=value" of `environment`, in no other process's: whoever still has it when the child is
  // killed dies with it, also what has left the process group.
  std::string mark;
  int cancel_fd = -1;  // readable: the child is killed as at the deadline
};

struct ChildResult {
  int exit_code = 0;  // 128+N when signal N ended it
  int signal = 0;     // that N
  std::string out;
  std::string err;
  std::size_t dropped_bytes = 0;  // output beyond output_max_bytes
};

// Runs until the child itself exits; what it left running in the background neither delays the
// result nor is killed. Nothing of ours is inherited but the standard descriptors.
//
// Errc::timeout when the deadline passed, Errc::limit when it printed output_deadly_bytes,
// Errc::aborted when it was cancelled: the child and every descendant in its process group have then been killed (one that called setsid(2) has
// left that group: `mark` finds it). Errc::not_found when there is no such program or working
// folder, Errc::io for the rest. Blocks; thread-safe.
Result<ChildResult> run_child(const ChildSpec& spec);
// The same; `result` has what was read until then also when it fails.
Status run_child(const ChildSpec& spec, ChildResult& result);

}  // namespace muster::base
