// One run of somebody else's program that is asked by a file and answers by a file.
#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/result.hpp"

namespace muster::external {

inline constexpr std::size_t kReplyFileMaxBytes = 4 * 1024 * 1024;
// Of stdout and stderr together; they are for the log. Whoever prints more is killed.
inline constexpr std::size_t kPrintedMaxBytes = 16 * 1024 * 1024;
inline constexpr std::size_t kLoggedLinesMax = 100;  // of each, in one call; the others are counted
inline constexpr std::size_t kLoggedLineMaxBytes = 1'000;

struct Call {
  std::string agent;              // for the log
  std::vector<std::string> argv;  // the request's file, the reply's file and kRpcRequest follow
  std::string_view protocol;      // $CHORIA_EXTERNAL_PROTOCOL
  std::string request;
  std::string facts;             // JSON
  std::filesystem::path config;  // $CHORIA_EXTERNAL_CONFIG
  std::map<std::string, std::string> more_environment;
  std::chrono::milliseconds timeout{0};
  int cancel_fd = -1;  // readable: the call is ended at once
};

// What it wrote into its reply's file, when it exited with 0. It runs in the folder for temporary
// files, with Choria's variables and PATH alone; lines of stdout go to the log as information, those
// of stderr as errors.
//
// Errors are what the caller is told: Errc::aborted when it exited with another code, Errc::not_found
// when it cannot be started; Errc::unknown when a signal ended it, when it was killed, with its
// process group and whatever else it started, at its deadline or for printing kPrintedMaxBytes, and
// when the reply is too large or no file. Blocks; thread-safe.
Result<std::string> run_call(const Call& call);

}  // namespace muster::external
