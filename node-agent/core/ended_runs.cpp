#include "node-agent/core/ended_runs.hpp"

namespace muster::agent {

void EndedRuns::ended(const std::string& job, bool settles) {
  if (!settles) return tell_(job);
  ended_.push_back({job, host_.gather()});
}

void EndedRuns::look_begins() {
  std::erase_if(ended_, [this](const Run& run) {
    if (!host_.has_gathered(run.gathers)) return false;
    looked_.push_back(run.job);
    return true;
  });
}

void EndedRuns::settle() {
  look_begins();
  for (const auto& job : looked_) host_.settle_job(job);
}

void EndedRuns::tell() {
  for (const auto& job : looked_) {
    host_.settle_job(job);
    tell_(job);
  }
  looked_.clear();
}

}  // namespace muster::agent
