// What is known about an announcement, collected and judged by orchestrator/admission, until the verdict needs nobody's answer
// any more. It decides nothing itself.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "orchestrator/admission/case.hpp"
#include "orchestrator/admission/verdict.hpp"
#include "orchestrator/provision/join_zone.hpp"
#include "orchestrator/provision/token_ledger.hpp"
#include "orchestrator/provision/waiting_room.hpp"
#include "proto/base/value.hpp"
#include "proto/loop/waits.hpp"

namespace muster::provision {

// What CAs and the provider said is asked anew when it is older: others may have been let in since.
inline constexpr std::chrono::seconds kAnswersGoodFor{5};

// On the loop's thread; what it is given must outlive it, and it must outlive its tasks.
class Inquiry {
 public:
  // What others said when they were asked, for a second verdict on the same announcement.
  struct Told {
    std::optional<std::vector<admission::CaAnswer>> answers;
    std::optional<bool> instance_gone;
    std::string unasked;  // why the provider was not asked, in words; empty: it was
    std::optional<admission::Attestation> attestation;
    std::chrono::steady_clock::time_point asked_at = {};  // the first of them
  };
  Inquiry(JoinZone& zone, TokenLedger& ledger, loop::Waits& waits)
      : zone_(zone), ledger_(ledger), waits_(waits) {}

  // The verdict, once everybody was asked who matters for it: the Puppet CAs about the name, the provider about
  // the machine that holds it, the site's attestation about this one, and the disk about a use of the token that may be
  // taken back. Nothing when somebody could not be asked, or we stop. `told` must outlive the task: what is in it is not
  // asked again within kAnswersGoodFor.
  loop::Task<std::optional<admission::Verdict>> verdict_of(AnnouncedPtr announced, Told& told);
  // Why it is out now, whatever the verdict was, for time has passed since: it is banned, nobody believes its token's issuer,
  // or the token was revoked.
  std::optional<std::string> is_out(const Announced& announced) const;
  // The name looks free, and it may only not be known yet whose it is: nothing else tells, and its record may be said again.
  bool may_be_anothers(const Announced& announced, const admission::Verdict& verdict) const;

 private:
  admission::Case case_of(const Announced& announced, const Told& told) const;
  // The name is held, by nobody who is on the bus: its provider may know better.
  bool may_know_better(const Announced& announced, const Told& told) const;
  std::optional<admission::OnItsWay> on_its_way(const std::string& identity) const;
  Value question_about(const Announced& announced) const;
  // Banned, or nobody believes its token's issuer.
  std::optional<std::string> outlaw(const admission::Applicant& applicant) const;

  JoinZone& zone_;
  TokenLedger& ledger_;
  loop::Waits& waits_;
};

}  // namespace muster::provision
