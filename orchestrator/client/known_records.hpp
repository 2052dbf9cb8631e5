// What was heard of nodes' records, and what of it the bus shows no more.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "orchestrator/client/records.hpp"
#include "proto/base/guarded.hpp"

namespace muster::client {

// Of one link: what a stolen orchestrator makes up must not fill the memory.
inline constexpr std::size_t kRecordsKnownMax = 100'000;

// The newest record of each node that was heard. Thread-safe.
class KnownRecords {
 public:
  struct Known {
    Record record;
    std::string sealed;         // empty unless records are kept
    std::string signer_serial;  // hex
  };
  enum class Taken { yes, older, no_room };

  // With `keeps`, records are remembered as they were signed, and nothing but a record removes one.
  explicit KnownRecords(bool keeps, std::size_t max = kRecordsKnownMax)
      : keeps_(keeps), max_(max) {}

  // Unless it gives `yes`, nothing is changed; but where what is known is newer, that is missing.
  Taken take(Known heard);
  // The bus shows nothing of the node. True: then nothing is known of it; else what is known is missing.
  bool cleared(const std::string& identity, std::int64_t now_ms);
  // It shows something that is not believed.
  void miss(const std::string& identity);

  // Of nodes that are not forgotten.
  std::vector<Record> all() const;  // sorted by identity
  std::optional<Record> find(const std::string& identity) const;
  // Also one that says that its node is forgotten: what is told from now on must be later.
  std::optional<Record> newest(const std::string& identity) const;

  // Hashes of the workflows that nodes are in: not those that are finished, refused or forgotten.
  std::set<std::string> workflows_in_use() const;

  // At most `max` of those that are missing, which they are not any more.
  std::vector<Known> take_missing(std::size_t max);
  // At most `max` of those whose being forgotten is over; nothing is known of them any more.
  std::vector<Known> take_over(std::int64_t now_ms, std::size_t max);
  // Nothing is known of the node any more, if that is what is known of it. True: and it was not forgotten.
  bool disbelieve(const Known& known);
  // What was signed with a certificate of which that is true.
  std::vector<Known> signed_by(const std::function<bool(const std::string& serial)>& which) const;

 private:
  struct State {
    std::map<std::string, Known> known;
    std::set<std::string> missing;  // names of known
  };
  const bool keeps_;
  const std::size_t max_;
  base::Guarded<State> state_;
};

}  // namespace muster::client
