// What was heard of nodes' records, and what of it the bus shows no more.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "orchestrator/client/records.hpp"
#include "proto/base/guarded.hpp"

namespace muster::client {

// The newest record of each node that was heard. Thread-safe.
class KnownRecords {
 public:
  // With `keeps`, records are remembered as they were signed, and nothing but a record removes one.
  explicit KnownRecords(bool keeps) : keeps_(keeps) {}

  // False, and nothing is changed, of one that is older than the known one: that one is missing then.
  bool take(const Record& record, const std::string& sealed);
  // The bus shows nothing of the node. True: then nothing is known of it; else what is known is missing.
  bool cleared(const std::string& identity);
  // It shows something that is not believed.
  void miss(const std::string& identity);

  // Of nodes that are not forgotten.
  std::vector<Record> all() const;  // sorted by identity
  std::optional<Record> find(const std::string& identity) const;

  struct Known {
    Record record;
    std::string sealed;  // empty unless records are kept
  };
  // At most `max` of those that are missing, which they are not any more.
  std::vector<Known> take_missing(std::size_t max);

 private:
  struct State {
    std::map<std::string, Known> known;
    std::set<std::string> missing;  // names of known
  };
  const bool keeps_;
  base::Guarded<State> state_;
};

}  // namespace muster::client
