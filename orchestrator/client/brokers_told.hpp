// Which brokers have been told of a root, by what their watchers answer to one roll call after the other.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "orchestrator/client/roll_call.hpp"

namespace muster::client {

// A watcher is its host and its process: the name of all is one, a certificate is renewed while it runs, and
// images call several machines alike. One that falls silent stays as it was, for its broker is there still.
// Not thread-safe.
class BrokersTold {
 public:
  explicit BrokersTold(std::string root_fingerprint) : root_(std::move(root_fingerprint)) {}

  void note(const std::vector<OnDuty>& on_duty);  // of one roll call
  // Hosts as they call themselves, printed by nobody unchecked, and how many watchers there last said that
  // their broker has not been told.
  std::map<std::string, std::size_t> lacking() const;

 private:
  using Watcher = std::pair<std::string, std::string>;
  const std::string root_;
  std::map<Watcher, bool> has_;
};

}  // namespace muster::client
