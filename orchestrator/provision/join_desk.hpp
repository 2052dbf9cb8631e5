// The join zone's desk: collects what is known about an announcement, has orchestrator/admission
// judge it, and does what the verdict says. It decides nothing itself.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "orchestrator/admission/case.hpp"
#include "orchestrator/admission/verdict.hpp"
#include "orchestrator/provision/join_zone.hpp"
#include "orchestrator/provision/token_ledger.hpp"
#include "orchestrator/provision/waiting_room.hpp"
#include "proto/base/throttle.hpp"
#include "proto/loop/stories.hpp"
#include "proto/loop/waits.hpp"

namespace muster::provision {

// Refusals that are answered, to the holders of each token, and to all who show no good one together: the holder of the
// join password can send as many announcements as it likes.
inline constexpr base::Throttle::Rate kRefusedAnswers{
    .burst = 500, .every = std::chrono::milliseconds(100), .names_max = 1'024};
// Refusals that leave a record, of each token: it may be over or revoked, and yet be announced with as many names as one
// likes.
inline constexpr base::Throttle::Rate kRefusedRecords{
    .burst = 100, .every = std::chrono::minutes(1), .names_max = 1'024};
inline constexpr base::Throttle::Rate kUnreadableLines{
    .burst = 10, .every = std::chrono::milliseconds(10'000), .names_max = 8};

// On the loop's thread; what it is given must outlive it. Each announcement is a story of its own: while one waits for CAs or
// for the disk, the next is judged. Refusals are answered, logged and noted at a limited rate.
class JoinDesk {
 public:
  JoinDesk(JoinZone& zone, TokenLedger& ledger, loop::Waits& waits);

  // `client_id` is the level of the topic on which it came. Nothing is believed before the
  // announcement's own signature, its token and the proof of the token's key have been verified. `examined` is called when
  // they have: whoever brings announcements brings the next one then, so that each client's are judged in their order, and
  // a flood waits in the queue of him who brings it.
  void judge(std::string client_id, std::string message, std::function<void()> examined);
  // An operator approved something, or a name became free: the machine that waits under it is judged anew.
  void judge_again(const std::string& identity);
  // Somebody is not believed any more: the machines that wait with a token of theirs are judged anew.
  void judge_distrusted();
  // Whether a machine waits for an operator under this name.
  bool waits(const std::string& identity) const { return waiting_.find(identity) != nullptr; }

  std::size_t under_way() const { return stories_.size(); }
  bool idle() const { return stories_.idle(); }
  // Called whenever something has ended that idle() waits for.
  void on_end(std::function<void()> handler) { stories_.on_end(std::move(handler)); }

 private:
  using AnnouncedPtr = std::shared_ptr<const Announced>;
  // What others said when they were asked.
  struct Told {
    std::optional<std::vector<admission::CaAnswer>> answers;
    std::optional<bool> instance_gone;
    std::string unasked;  // why the provider was not asked, in words; empty: it was
  };

  loop::Task<Status> hear(std::string client_id, std::string message,
                          std::function<void()> examined);
  loop::Task<Status> decide(AnnouncedPtr announced);
  loop::Task<Status> decide_again(std::string identity);
  // The verdict, once everybody was asked who matters for it. Nothing when somebody could not be.
  loop::Task<std::optional<admission::Verdict>> verdict_of(AnnouncedPtr announced);
  loop::Task<Status> admit(AnnouncedPtr announced, admission::Verdict verdict);

  admission::Case case_of(const Announced& announced, const Told& told) const;
  // The name is held, by nobody who is on the bus: its provider may know better.
  bool may_know_better(const Announced& announced, const Told& told) const;
  Value question_about(const Announced& announced) const;
  // Why it is out whatever else is known of it: it is banned, or nobody believes its token's issuer.
  std::optional<std::string> outlaw(const admission::Applicant& applicant) const;
  std::optional<std::string> is_out(const Announced& announced) const;
  void refuse(const Announced& announced, const std::string& reason);
  void refuse_stranger(const messages::JoinAnnounce& announce, const std::string& reason);
  void keep_waiting(const AnnouncedPtr& announced, const std::string& reason);
  void tell_waiting(const Announced& announced, const std::string& reason);
  bool is_shown_waiting(const admission::Applicant& applicant) const;
  void answer(const messages::JoinAnnounce& announce, messages::JoinAnswer out);
  std::int64_t now_ms() const { return clock_.unix_ms(); }

  JoinZone& zone_;
  TokenLedger& ledger_;
  loop::Waits& waits_;
  const base::Clock& clock_;
  base::Throttle answers_;  // by token
  base::Throttle records_;  // by token
  base::Throttle lines_;
  WaitingRoom waiting_;
  std::map<std::string, bool> again_;  // names that are judged anew; true: once more after that
  loop::Stories stories_;
};

}  // namespace muster::provision
