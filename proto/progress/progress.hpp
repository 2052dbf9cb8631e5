// How far a node has come in its workflow: one form for the node's own file, for the calls that tell it, and for records.
#pragma once

#include <cstdint>
#include <set>
#include <string>

#include "proto/base/result.hpp"
#include "proto/base/value.hpp"

namespace muster::progress {

inline constexpr std::size_t kFinishedMax = 256;      // steps of one workflow
inline constexpr std::size_t kProgressTextMax = 256;  // bytes of each of its texts

struct Progress {
  std::string workflow;
  std::string workflow_hash;       // hex SHA-256 of the workflow's text: which one of that name
  std::set<std::string> finished;  // names of steps, in no order
  std::string master;              // with which they were done; empty: none is chosen
  std::string run_id;              // new for each provisioning of the node
  std::int64_t fence = 0;          // under which it was told
  std::int64_t at_ms = 0;          // when, by the orchestrator's clock
  std::int64_t started_at_ms = 0;  // when the run began, as its record says; 0: it was not told
  std::int64_t attempts = 0;       // of the run so far, this one included
  std::int64_t retries = 0;        // by operators
  bool untold = false;             // a finished step was to tell people, and could not yet

  bool operator==(const Progress&) const = default;

  // A map with all of them.
  Value to_value() const;
  // Errc::invalid_data says what is wrong. What is absent is empty.
  static Result<Progress> from_value(const Value& value);
};

}  // namespace muster::progress
