// The nodes that are known and not finished: where each is reached, and when it is next.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "orchestrator/admission/turns.hpp"
#include "orchestrator/client/caller.hpp"
#include "orchestrator/provision/certificate_grant.hpp"
#include "orchestrator/provision/run/run_input.hpp"
#include "proto/base/backoff.hpp"
#include "proto/base/value.hpp"

namespace muster::provision {

inline constexpr std::size_t kNodesMax = 100'000;

struct KnownNode {
  std::optional<client::JoinAddress> join;  // none: it is a member of the collective
  std::string joined_with;                  // fingerprint of its join key
  std::string address;                      // as it told it
  bool replaces = false;                    // Joiner::replaces
  std::string token;           // the id of the one that it joins with; of a member empty
  std::string token_workflow;  // the one that it is for; empty: as the rules say
  CertificateGrant grant;
  std::shared_ptr<const Value> facts = std::make_shared<const Value>(Value::object());
  std::string in_workflow;  // hash, by its own word; empty: it was not asked
  bool running = false;
  bool anew = false;  // an operator said so
  std::int64_t away_since_ms =
      0;  // Unix time; it goes on when it shows itself. 0: it answered when it was asked last
  Holder holder;                // who has it, when last asked
  std::int64_t instead_of = 0;  // RunInput::instead_of of its next run
  bool approved = false;        // in the run that is under way: it may have been looked for before
  int woken = 0;                // for a place at a master: the how manieth; 0: it was not
  std::unique_ptr<base::Backoff> backoff;
};

// On one thread. It reads no clock: times are the caller's, by any clock that never goes back.
class KnownNodes {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  KnownNodes(std::chrono::milliseconds retry_first, std::chrono::milliseconds retry_most)
      : retry_first_(retry_first), retry_most_(retry_most) {}

  // Null: it is not known. Good until it is erased.
  KnownNode* find(const std::string& identity);
  // Makes it known, due never. Null when kNodesMax are.
  KnownNode* make(const std::string& identity);
  void erase(const std::string& identity);
  std::size_t size() const { return nodes_.size(); }

  // Where it is reached; nothing: no more in the join zone.
  void set_join(const std::string& identity, std::optional<client::JoinAddress> join);
  // Whose announcement that was; empty: nobody's.
  std::string joined_as(const std::string& client_id) const;

  // When it is next; nothing: finished or failed, only an operator or a new announcement wakes it. It is held up no more.
  void set_due(const std::string& identity, std::optional<TimePoint> due);
  std::optional<TimePoint> due(const std::string& identity) const;
  // Its time has come, and it waits for its turn.
  bool is_ripe(const std::string& identity, TimePoint now) const;
  // As set_due(), or earlier, when one of the next two says so. It is held up since `now`, or since before, when its run before
  // this one was held up too. It `waits_for_place` at a master, or for something that no free place gives it.
  void hold_up(const std::string& identity, TimePoint until, TimePoint now, bool waits_for_place);
  // Since when it has been held up, one run after the other; nothing: it is not.
  std::optional<TimePoint> held_up_since(const std::string& identity) const;
  // Whom that orchestrator has, when last asked.
  std::vector<std::string> held_by(const std::string& orchestrator) const;
  // There is another master: all go on.
  void go_on_with_held_up(TimePoint now);
  // There is another place: of those that wait for one, who is held up longest goes on; or, `behind` somebody to whom it was of no
  // use, who is next. Null: nobody is.
  KnownNode* wake_one(TimePoint now, const std::string& behind = "");
  bool anyone_held_up() const { return !held_up_.empty(); }

  // The first moment when somebody is due; nothing when nobody will be.
  std::optional<TimePoint> next_due() const;
  // Who is due by now waits for its turn. Costs what those cost whose time has come since the last call.
  void ripen(TimePoint now);
  // Of those that wait for it, by admission::Turns; nothing: nobody does. It waits until its time is set anew.
  std::optional<std::string> first_in_turn() const { return turns_.first(); }
  // At most so many of those that are due since then, or longer, and were not given before since their last run: the longest first.
  std::vector<std::string> take_untold(TimePoint due_by, std::size_t most);

  // A run of it begins, or has ended. While it runs it is not due. Who was not held up this time, is held up anew the next time.
  void begin(const std::string& identity);
  void end(const std::string& identity, bool held_up = false);

 private:
  struct Entry {
    KnownNode node;
    std::optional<TimePoint> due;
    std::optional<TimePoint> held_up_since;
    std::string line;   // while it runs: the token with which it began
    bool told = false;  // that it waits for a place, since its last run
  };
  void enter_turns(const std::string& identity, const Entry& entry);

  const std::chrono::milliseconds retry_first_;
  const std::chrono::milliseconds retry_most_;
  std::map<std::string, Entry> nodes_;
  std::map<std::string, std::string> by_client_id_;  // of those in the join zone
  std::set<std::pair<TimePoint, std::string>> due_;
  std::set<std::pair<TimePoint, std::string>> untold_;  // of them: Entry::told is false
  TimePoint ripened_ = TimePoint::min();  // who is due by then, and nobody else, is in turns_
  std::set<std::pair<TimePoint, std::string>> held_up_;    // since when
  std::set<std::pair<TimePoint, std::string>> for_place_;  // of them: who waits for a place
  admission::Turns turns_;
};

}  // namespace muster::provision
