// The join zone's desk: has each announcement judged, and does what the verdict says. It decides nothing itself.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <string>

#include "orchestrator/provision/admittance.hpp"
#include "orchestrator/provision/inquiry.hpp"
#include "orchestrator/provision/join_answers.hpp"
#include "orchestrator/provision/join_zone.hpp"
#include "orchestrator/provision/token_ledger.hpp"
#include "orchestrator/provision/waiting_room.hpp"
#include "proto/loop/stories.hpp"
#include "proto/loop/waits.hpp"

namespace muster::provision {

// A machine announces itself again after 300 s; until then it is judged again by itself while nobody knows, because the
// broker is away or has not told what it keeps.
inline constexpr std::chrono::seconds kDecidedAgainAfter{15};
inline constexpr int kDecisionTries = 5;

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
  // The machine took its announcement back, or its link broke: it waits for nobody until it announces itself anew.
  void left(const std::string& client_id) { waiting_.left(client_id); }
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
  loop::Task<Status> hear(std::string client_id, std::string message,
                          std::function<void()> examined);
  // What nobody knows now is no refusal: it is judged again, kDecisionTries times in all.
  loop::Task<Status> decide(AnnouncedPtr announced);
  // Errc::unavailable when nobody knows.
  loop::Task<Status> decide_once(AnnouncedPtr announced);
  loop::Task<Status> decide_again(std::string identity);
  // Gives it back when nobody knows.
  Status not_let_in(const Announced& announced, const Error& why);
  void let_in(const Announced& announced, admission::Ground ground);
  void refuse(const Announced& announced, const std::string& reason);
  void keep_waiting(const AnnouncedPtr& announced, const std::string& reason);
  bool is_shown_waiting(const admission::Applicant& applicant) const;

  JoinZone& zone_;
  loop::Waits& waits_;
  Inquiry inquiry_;
  Admittance admittance_;
  JoinAnswers answers_;
  WaitingRoom waiting_;
  std::map<std::string, bool> again_;  // names that are judged anew; true: once more after that
  loop::Stories stories_;
};

}  // namespace muster::provision
