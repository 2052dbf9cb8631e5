// What must have happened before somebody is let in: the token's use is counted, on disk and told, and the verdict is the same
// after that; the CA that a master offers is endorsed.
#pragma once

#include "orchestrator/admission/verdict.hpp"
#include "orchestrator/provision/inquiry.hpp"
#include "orchestrator/provision/join_zone.hpp"
#include "orchestrator/provision/token_ledger.hpp"
#include "orchestrator/provision/waiting_room.hpp"
#include "proto/base/result.hpp"
#include "proto/loop/task.hpp"

namespace muster::provision {

// On the loop's thread; what it is given must outlive it, and it must outlive its tasks.
class Admittance {
 public:
  Admittance(JoinZone& zone, TokenLedger& ledger, const Inquiry& inquiry)
      : zone_(zone), ledger_(ledger), inquiry_(inquiry) {}

  // The verdict admits and counts. Errors as of TokenLedger::use(). It may have taken a minute: the machine is to be judged
  // anew, by its own use; what is counted stays so.
  loop::Task<Status> count(AnnouncedPtr announced, bool further);
  // The verdict admits, and whatever it counts is counted. An error says why it is not let in after all.
  loop::Task<Status> prepare(AnnouncedPtr announced);

 private:
  JoinZone& zone_;
  TokenLedger& ledger_;
  const Inquiry& inquiry_;
};

}  // namespace muster::provision
