// What is noted in the records of nodes beside their runs: who is refused, who asks for a name that is held, who cannot go
// on, what was finished while nobody said so, and who failed while nobody was told.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "orchestrator/admission/applicant.hpp"
#include "orchestrator/provision/collective.hpp"
#include "proto/base/clock.hpp"
#include "proto/loop/stories.hpp"
#include "proto/loop/waits.hpp"

namespace muster::provision {

// All orchestrators see the same, and one is to tell people: each has its turn within this time, by its name and the node's,
// and says nothing when the record of another tells of it by then.
inline constexpr std::chrono::milliseconds kTurnsTake{2'000};
// Who wrote that a node failed tells people of it, and says so in the record. When it has not for so long, others do: it died,
// or its disk is full.
inline constexpr std::chrono::seconds kToldByOthersAfter{60};

// On the loop's thread. What it is given must outlive it.
class RecordNotes {
 public:
  using TellPeople = std::function<void(client::Record)>;
  RecordNotes(Collective& collective, loop::Waits& waits, std::string workflow, std::string as,
              TellPeople tell_people)
      : collective_(collective),
        waits_(waits),
        clock_(waits.timers().clock()),
        workflow_(std::move(workflow)),
        as_(std::move(as)),
        tell_people_(std::move(tell_people)) {}

  // The desk refused a node that showed a good token.
  void refused(const std::string& identity, const std::string& reason);
  // It let one wait that nobody in particular lets in: it is judged again when it announces itself again.
  void postponed(const std::string& identity, const std::string& reason);
  // A machine waits for an operator's approval of a name that is held. Noted, and told, in our turn.
  void asks_for_name(const admission::Applicant& applicant, const std::string& reason);
  // A node came online, or shows itself anew: one that cannot read how far it is waits for a person, which is told in our
  // turn, and one that is finished may have a record that does not say so.
  void member_changed(const std::string& identity);
  // A record of it came over the bus, or was there when we started.
  void record_heard(const std::string& identity);
  // Records of nodes that were finished while nobody said so. Every few seconds.
  void tell_finished();
  // People are told of nodes that failed while nobody was: at once where the record is ours, for then we died in between,
  // else in our turn once kToldByOthersAfter is over. Every few seconds; of each failure once.
  void tell_failed();

 private:
  struct Untold {
    std::chrono::steady_clock::time_point since{};
    bool begun = false;  // we have told it, or tried to
  };
  void note_at_the_door(const std::string& identity, const std::string& state,
                        const std::string& reason);
  bool unsaid(const std::string& identity) const;
  bool is_damaged(const std::string& identity) const;
  bool is_untold(const std::string& identity) const;
  void tell_failure_of(const std::string& identity);
  // One at a time of each node.
  void begin_in_turn(const std::string& identity, std::function<void()> note);
  loop::Task<Status> in_turn(std::string identity, std::function<void()> note);
  void note_claim(const admission::Applicant& applicant, const std::string& reason);
  void note_damaged(const std::string& identity);

  Collective& collective_;
  loop::Waits& waits_;
  const base::Clock& clock_;
  const std::string workflow_;
  const std::string as_;
  const TellPeople tell_people_;
  std::set<std::string> unsaid_;  // finished, and their records did not say so when last looked at
  std::map<std::string, Untold> untold_;  // failed, and nobody was told when last looked at
  std::set<std::string> noting_;          // of whom something is to be noted in our turn
  loop::Stories stories_;
};

}  // namespace muster::provision
