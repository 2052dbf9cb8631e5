// Records that nobody shows any more: the broker lost them, and so did each orchestrator that knew them. They are rebuilt: from
// what an orchestrator remembers of the node's last run, and from what the node knows itself.
// docs/adr/0095-records-are-rebuilt.md.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "orchestrator/provision/collective.hpp"
#include "orchestrator/provision/world.hpp"
#include "proto/loop/stories.hpp"
#include "proto/loop/waits.hpp"

namespace muster::provision {

// For whoever has the record to put it back, or to say for the first time how a run ended.
inline constexpr std::chrono::seconds kLostAfter{10};
// After a start, for whoever knows of a run to have said again what the broker lost of it: links come back within half a minute,
// and a record is rebuilt within half a minute more.
inline constexpr std::chrono::seconds kSaidAgainWithin{60};
inline constexpr std::size_t kRebuiltAtOnce = 2'000;  // nodes

// On the loop's thread. What it is given must outlive it.
class LostRecords {
 public:
  // How the node's last run ended, as somebody's record said; nothing: nothing is remembered.
  using Remember = std::function<loop::Task<std::optional<client::Record>>(std::string identity)>;
  struct Parts {
    Collective& collective;
    World& world;
    loop::Waits& waits;
    std::string as;     // this orchestrator's name in records
    Remember remember;  // empty: nothing is remembered of anybody
  };
  // Once all that the broker retains was heard; or begin() then.
  explicit LostRecords(Parts parts) : parts_(std::move(parts)), began_(now()) {}

  void begin() { began_ = now(); }
  // Somebody may know a record of that name and not have said it again yet: we began less than kSaidAgainWithin ago, there is none,
  // and there was one: we remember a run, or a machine `was_let_in` under the name before.
  bool may_come_back(const std::string& identity, bool was_let_in) const;
  // It came online, or something of its record was heard. A member that is finished or has failed, by its presence, and of which no
  // record is known, has lost it.
  void look_at(const std::string& identity);
  // Something is remembered of that node: without a record it has lost it, wherever it is. At the start.
  void is_remembered(const std::string& identity);
  // Rebuilds those that were lost for kLostAfter, each in our turn; who remembers the run has its turn first. Of a member, what
  // is remembered counts where it is of the run that the node names; else the node's word does. Every few seconds: who does
  // not answer is asked again.
  void rebuild();

  bool idle() const { return stories_.idle(); }
  // Called whenever one has ended that idle() waits for.
  void on_end(std::function<void()> handler) { stories_.on_end(std::move(handler)); }

 private:
  using TimePoint = std::chrono::steady_clock::time_point;
  bool is_lost(const std::string& identity) const;
  loop::Task<Status> rebuild_one(std::string identity);
  loop::Task<std::optional<client::Record>> from_node(std::string identity,
                                                      std::optional<client::Record> remembered);
  TimePoint now() const { return parts_.waits.timers().clock().steady(); }

  const Parts parts_;
  TimePoint began_;
  std::map<std::string, TimePoint> lost_;  // since when
  std::set<std::string> remembered_;       // nodes
  std::set<std::string> under_way_;        // nodes
  loop::Stories stories_;
};

}  // namespace muster::provision
