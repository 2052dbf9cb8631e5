// What would happen to a node now, by its record and by presence: for whoever asks before it happens. Changes nothing and asks
// nobody.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "orchestrator/client/member.hpp"
#include "orchestrator/client/records.hpp"
#include "orchestrator/provision/master_choice.hpp"
#include "orchestrator/workflow/foresight.hpp"
#include "orchestrator/workflow/workflow.hpp"
#include "proto/base/value.hpp"

namespace muster::cli {

// What the bus tells of a node, and of the masters that it may get.
struct NodeNow {
  std::string identity;
  std::optional<client::Record> record;
  client::MemberPtr member;  // null: it is not online as a member
  client::MemberPtr master;  // of its record; null: none, or not online
  std::string ca;            // identity of the CA that issued a member's certificate
  Value facts;  // a map; null: not known, for those of the join zone hear orchestrators alone
  // Each that an endorsement names, healthy when it is online; and the identity of its CA.
  struct Master {
    provision::MasterCandidate candidate;
    std::string ca;
  };
  std::vector<Master> masters;

  // In the join zone, as far as is known: whoever is no member.
  bool is_joining() const { return !member; }
};

// A master in its turn, from 1 on; 0: it would not be chosen.
struct MasterTurn {
  std::string identity;
  std::size_t turn = 0;
  std::string why;
};

struct NodeAhead {
  std::string next;  // what begins the run, in words
  std::string note;  // of a node that began with something else; empty: nothing is to be said
  std::vector<workflow::Foreseen> steps;
  // In their turn, those who have none last. Empty: the workflow chooses none, or has chosen.
  std::vector<MasterTurn> masters;
};

NodeAhead look_ahead(const workflow::Workflow& workflow, const NodeNow& now);

}  // namespace muster::cli
