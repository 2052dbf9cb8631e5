// What is known of a job that is watched from afar: the questions to ask, and what answers bring.
#pragma once

#include <chrono>
#include <string>

#include "orchestrator/client/caller.hpp"
#include "proto/base/result.hpp"
#include "proto/base/value.hpp"

namespace muster::cli::job {

inline constexpr std::chrono::milliseconds kAskLeast{250};   // between two questions: output flows
inline constexpr std::chrono::milliseconds kAskMost{2'000};  // the job is quiet
inline constexpr std::chrono::milliseconds kSilentMost{5'000};  // the node does not answer

struct Piece {
  std::string out;
  std::string err;
};

// Not thread-safe.
class Follower {
 public:
  explicit Follower(std::string handle) : handle_(std::move(handle)) {}

  // Inputs of the next `output` action.
  Value arguments() const;

  // What one answer brought. A node that says nothing, is busy or was asked too late is asked again;
  // one that refuses, or has no such job, is an error.
  Result<Piece> took(const client::NodeResult& node);

  // How long to wait before asking again; nothing when there is more to fetch.
  std::chrono::milliseconds pause() const { return pause_; }
  bool silent() const { return silent_; }              // the last question had no answer
  bool ended() const { return ended_; }                // and all of its output is here
  const std::string& state() const { return state_; }  // finished or lost, once it has ended
  int exit_code() const { return exit_code_; }         // of a finished one

 private:
  const std::string handle_;
  std::int64_t out_offset_ = 0;
  std::int64_t err_offset_ = 0;
  std::chrono::milliseconds pause_{0};
  bool silent_ = false;
  bool ended_ = false;
  std::string state_;
  int exit_code_ = 0;
};

}  // namespace muster::cli::job
