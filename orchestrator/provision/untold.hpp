// What people were to be told of nodes, and perhaps were not: who was to tell them died before it stood in the outbox, or has a
// full disk, or a run goes on for too long and its orchestrator is gone.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "orchestrator/provision/collective.hpp"
#include "orchestrator/provision/news.hpp"
#include "orchestrator/provision/our_turn.hpp"
#include "orchestrator/provision/telling.hpp"
#include "proto/base/clock.hpp"

namespace muster::provision {

// Who wrote of what people are to be told tells them, and says so in the record. When it has not for so long, others do: it died,
// or its disk is full.
inline constexpr std::chrono::seconds kToldByOthersAfter{60};
// What we could not tell is told anew after so long: whoever tried has given up by then.
inline constexpr std::chrono::milliseconds kToldAnewAfter = kToldWithin + 2 * kToldAgainMost;

// On the loop's thread. What it is given must outlive it. It looks at records, and decides nothing about nodes.
class Untold {
 public:
  using TellPeople = std::function<void(client::Record)>;
  // `is_due` says of a node's record whether that news is to be told, whoever tells it, and was not.
  using IsDue = std::function<bool(News news, const client::Record& record)>;
  struct Parts {
    Collective& collective;
    const base::Clock& clock;
    OurTurn& turn;
    std::string as;  // this orchestrator's name in records
    IsDue is_due;
    TellPeople tell_people;
  };
  explicit Untold(Parts parts) : parts_(std::move(parts)) {}

  // A record of it was heard, or something of it became due.
  void look_at(const std::string& identity);
  // Tells what is due: at once where the record is ours, else in our turn once kToldByOthersAfter is over; and again every
  // kToldAnewAfter until the record says that people were told. Every few seconds.
  void tell();

 private:
  struct Due {
    std::chrono::steady_clock::time_point since{};
    std::optional<std::chrono::steady_clock::time_point> tried;  // when we last began to tell it
  };
  using Key = std::pair<std::string, News>;
  bool is_due(const Key& key) const;
  void tell_of(const Key& key);

  const Parts parts_;
  std::map<Key, Due> due_;
};

}  // namespace muster::provision
