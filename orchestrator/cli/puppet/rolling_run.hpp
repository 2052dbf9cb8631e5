// Puppet runs on many nodes, so many at a time: as one ends, the next begins.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "orchestrator/client/caller.hpp"
#include "proto/base/value.hpp"
#include "proto/filter/text.hpp"

namespace muster::cli::puppet {

inline constexpr std::size_t kConcurrencyMost = 200;  // nodes; each costs a thread
// A run may restart the node's agent; whoever says nothing for so long is gone.
inline constexpr std::chrono::seconds kSilentMost{90};

struct RollingRun {
  Value arguments;                            // of puppet#runonce, without wait_s
  filter::Text filter;                        // that a node must still match when its turn comes
  std::size_t concurrency = 1;                // 1 to kConcurrencyMost
  std::chrono::seconds run_limit{3600};       // for one node's run
  std::chrono::milliseconds answer_limit{0};  // for one answer of a node
  std::chrono::seconds ttl{60};               // of each request
  std::chrono::milliseconds poll{2'000};      // between two questions to a node whose run goes on
  std::chrono::milliseconds silent_most{kSilentMost};  // without an answer, while its run goes on
};

// What became of one node's run.
struct RunEnd {
  enum class State { changed, unchanged, failed, not_started, silent };
  std::string identity;
  State state = State::silent;
  int exit_code = -1;      // Puppet's, -1 when there is none
  std::string message;     // why it failed or did not start, or which limit it passed
  std::string last_lines;  // of its output, when it failed
  std::chrono::milliseconds took{0};
};
std::string_view name_of(RunEnd::State state);

// Blocks until each of `identities` has ended; sorted by identity. `on_end` is called for one at a
// time, as they end, from threads of its own.
std::vector<RunEnd> run_everywhere(client::Caller& caller,
                                   const std::vector<std::string>& identities,
                                   const RollingRun& run,
                                   const std::function<void(const RunEnd&)>& on_end);

}  // namespace muster::cli::puppet
