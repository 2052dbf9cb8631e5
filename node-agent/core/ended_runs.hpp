// A Puppet run changes facts and classes: it has ended once the node has looked at them, and shown them to whoever is to
// decide by them. Other jobs have ended when they end.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "node-agent/core/host.hpp"

namespace muster::agent {

// On the loop's thread.
class EndedRuns {
 public:
  // `tell` has whoever listens on the bus hear that a job has ended.
  EndedRuns(Host& host, std::function<void(const std::string& job)> tell)
      : host_(host), tell_(std::move(tell)) {}

  // `settles`: it is a run that has ended only once it was looked at.
  void ended(const std::string& job, bool settles);
  // The node is looked at from now on: that covers the runs whose facts have been gathered by now.
  void look_begins();
  // Whether a look has covered any that were not told yet.
  bool has_looked() const { return !looked_.empty(); }
  // While nobody is shown anything, for want of a membership: who asks over the next link must not wait.
  void settle();
  // What was looked at has been shown.
  void tell();

 private:
  struct Run {
    std::string job;
    std::uint64_t gathers = 0;  // the collection that shows what it changed
  };
  Host& host_;
  const std::function<void(const std::string&)> tell_;
  std::vector<Run> ended_;
  std::vector<std::string> looked_;  // not told yet
};

}  // namespace muster::agent
