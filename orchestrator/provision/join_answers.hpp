// What machines before the door are told, and what is logged and noted of them: at a limited rate, for the holder of the join
// password can send as many announcements as it likes.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "orchestrator/provision/join_zone.hpp"
#include "orchestrator/provision/waiting_room.hpp"
#include "proto/base/clock.hpp"
#include "proto/base/result.hpp"
#include "proto/base/throttle.hpp"
#include "proto/messages/join.hpp"

namespace muster::provision {

// Refusals that are answered, to the holders of each token, and to all who show no good one together.
inline constexpr base::Throttle::Rate kRefusedAnswers{
    .burst = 500, .every = std::chrono::milliseconds(100), .names_max = 1'024};
// Refusals that leave a record, of each token: it may be over or revoked, and yet be announced with as many names as one
// likes.
inline constexpr base::Throttle::Rate kRefusedRecords{
    .burst = 100, .every = std::chrono::minutes(1), .names_max = 1'024};
inline constexpr base::Throttle::Rate kUnreadableLines{
    .burst = 10, .every = std::chrono::milliseconds(10'000), .names_max = 8};

// On the loop's thread; what it is given must outlive it.
class JoinAnswers {
 public:
  JoinAnswers(JoinZone& zone, const base::Clock& clock);

  // A master connects as a member from then on; a node is provisioned first. At no limited rate: its token was judged good.
  void accepted(const Announced& announced);
  void refused(const Announced& announced, const std::string& reason);
  // Its token proves nothing, so it may be anybody: no record is made of it.
  void refused_stranger(const messages::JoinAnnounce& announce, const std::string& reason);
  // It is judged again with its next announcement.
  void postponed(const Announced& announced, const std::string& reason);
  // For an operator, or for another machine of its name.
  void waits(const Announced& announced, const std::string& reason);

  // In the log alone: nobody could be answered.
  void unreadable(const Error& why);
  void behind_another(const admission::Applicant& applicant);
  void left_out(const admission::Applicant& applicant);

 private:
  void answer(const messages::JoinAnnounce& announce, messages::JoinAnswer out);

  JoinZone& zone_;
  const base::Clock& clock_;
  base::Throttle answers_;  // by token
  base::Throttle records_;  // by token
  base::Throttle lines_;
};

}  // namespace muster::provision
