// What must have happened before somebody is let in: the token's use is counted, on disk and told; nothing has come up against
// it meanwhile; the CA that a master offers is endorsed.
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

  // `verdict`: admits. An error says why it is not let in after all; a use that was counted stays so.
  loop::Task<Status> prepare(AnnouncedPtr announced, admission::Verdict verdict);

 private:
  JoinZone& zone_;
  TokenLedger& ledger_;
  const Inquiry& inquiry_;
};

}  // namespace muster::provision
