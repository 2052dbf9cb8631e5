// What is known of a job on a node that is followed from afar: the questions to ask, and what answers
// bring. Who follows it asks and waits: nothing here has a clock, a thread or a connection.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "orchestrator/client/caller.hpp"
#include "proto/base/result.hpp"
#include "proto/base/value.hpp"

namespace muster::client {

inline constexpr std::chrono::milliseconds kAskLeast{250};   // between two questions: output flows
inline constexpr std::chrono::milliseconds kAskMost{2'000};  // the job is quiet
inline constexpr std::chrono::milliseconds kSilentMost{5'000};  // the node does not answer

// How an agent's actions speak of a job: the names of their inputs and outputs.
struct JobWords {
  struct Stream {
    const char* text = nullptr;  // output: what was written since the offset; null: no such stream
    const char* from = nullptr;  // input: the offset
    const char* behind = nullptr;  // output: the offset behind `text`
  };
  const char* action;  // that tells how a job does
  const char* id;      // its input that names the job
  const char* state;
  const char* exit_code;
  Stream out = {};
  Stream err = {};
};

// Of the agents shell and exec, with all that the job writes.
inline constexpr JobWords kShellJob{.action = "output",
                                    .id = "handle",
                                    .state = "status",
                                    .exit_code = "exitcode",
                                    .out = {"stdout", "stdout_offset", "stdout_offset"},
                                    .err = {"stderr", "stderr_offset", "stderr_offset"}};
// Of puppet and provision: how it ended is enough, and the last lines tell why.
inline constexpr JobWords kPuppetJob{
    .action = "job", .id = "job", .state = "state", .exit_code = "exit_code"};
// The same, with the output as it comes.
inline constexpr JobWords kPuppetJobWithOutput{.action = "job",
                                               .id = "job",
                                               .state = "state",
                                               .exit_code = "exit_code",
                                               .out = {"output", "offset", "next_offset"}};

// Nodes are not trusted to send what their descriptions say: what is not understood brings nothing,
// and leaves the state "".
class JobFollower {
 public:
  struct Piece {
    std::string out;
    std::string err;
  };

  // `words` must outlive it.
  JobFollower(const JobWords& words, std::string job) : words_(words), job_(std::move(job)) {}

  // Inputs of the next question.
  Value arguments() const;

  // What one answer's data brought; no answer came.
  Piece heard(const Value& data);
  void missed();
  // One of the two. A node that says nothing, is busy or was asked too late is asked again; one that
  // refuses, or has no such job, is an error.
  Result<Piece> took(const NodeResult& node);

  // How long to wait before asking again; nothing when there is more to fetch.
  std::chrono::milliseconds pause() const { return pause_; }
  bool silent() const { return silent_; }  // the last question had no answer
  bool running() const { return state_ == "running"; }
  bool ended() const { return ended_; }                // and all of its output is here
  const std::string& state() const { return state_; }  // as last told: running, finished or lost
  // Of a finished one: 0 to 255; nothing when it was not told.
  std::optional<int> exit_code() const { return exit_code_; }
  // The end of its output, where the agent tells it.
  const std::string& last_lines() const { return last_lines_; }

 private:
  const JobWords& words_;
  const std::string job_;
  std::int64_t out_offset_ = 0;
  std::int64_t err_offset_ = 0;
  std::chrono::milliseconds pause_{0};
  bool silent_ = false;
  bool ended_ = false;
  std::string state_;
  std::optional<int> exit_code_;
  std::string last_lines_;
};

}  // namespace muster::client
