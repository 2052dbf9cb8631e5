// What is noted in the records of nodes beside their runs: who is refused, who asks for a name that is held, who cannot go
// on, what was finished while nobody said so, whose orchestrator is gone; and what people were not told of all that.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "orchestrator/admission/applicant.hpp"
#include "orchestrator/provision/collective.hpp"
#include "orchestrator/provision/joiner.hpp"
#include "orchestrator/provision/late_nodes.hpp"
#include "orchestrator/provision/our_turn.hpp"
#include "orchestrator/provision/untold.hpp"
#include "orchestrator/workflow/rules.hpp"
#include "proto/base/clock.hpp"
#include "proto/loop/waits.hpp"

namespace muster::provision {

// On the loop's thread. What it is given must outlive it.
class RecordNotes {
 public:
  struct Parts {
    Collective& collective;
    loop::Waits& waits;
    const workflow::Rules& rules;
    std::string as;  // this orchestrator's name in records
    Untold::TellPeople tell_people;
    // Provisioner::machine_here().
    std::function<std::optional<MachineHere>(const std::string& identity)> machine_here;
  };
  explicit RecordNotes(Parts parts);

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
  // People are told what they were not: that a node failed, that another machine asks for its name, that it is late. And a late
  // one that nobody runs, and that is not there, has failed. Every few seconds; each until the record
  // says that they were told.
  void tell_untold();

 private:
  void note_at_the_door(const std::string& identity, const std::string& state,
                        const std::string& reason);
  bool unsaid(const std::string& identity) const;
  // The record has been there for as long as whoever finished the node has for its word. By our time: clocks of others may be ahead.
  bool is_unsaid_for_long(const client::Record& record);
  bool is_damaged(const std::string& identity) const;
  bool is_due(News news, const client::Record& record) const;
  bool is_abandoned(const client::Record& record) const;
  void look_at_late(const std::string& identity);
  void note_claim(const admission::Applicant& applicant, const std::string& reason);
  void note_damaged(const std::string& identity);
  void note_abandoned(const std::string& identity);
  void note_failed(client::Record record, std::string why);

  const Parts parts_;
  const base::Clock& clock_;
  OurTurn turn_;
  LateNodes late_;
  Untold untold_;
  // A record of one that is finished that does not say so: of which time it is, and since when we have known that one.
  struct Unsaid {
    std::int64_t updated_at_ms = 0;
    std::chrono::steady_clock::time_point since;
  };
  std::map<std::string, Unsaid> unsaid_;  // by node
};

}  // namespace muster::provision
