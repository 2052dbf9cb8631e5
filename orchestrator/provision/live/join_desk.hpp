// The join zone's desk: collects what is known about an announcement, has orchestrator/admission
// judge it, and does what the verdict says. It decides nothing itself.
#pragma once

#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "orchestrator/admission/case.hpp"
#include "orchestrator/admission/verdict.hpp"
#include "orchestrator/client/caller.hpp"
#include "orchestrator/client/records.hpp"
#include "orchestrator/provision/joiner.hpp"
#include "orchestrator/provision/live/ca_questions.hpp"
#include "orchestrator/provision/live/instance_gone.hpp"
#include "orchestrator/provision/live/token_ledger.hpp"
#include "orchestrator/provision/live/waiting_room.hpp"
#include "proto/base/result.hpp"
#include "proto/base/throttle.hpp"
#include "proto/base/value.hpp"
#include "proto/messages/join.hpp"
#include "proto/x509/certificate.hpp"

namespace muster::client {
class Fleet;
class Link;
}  // namespace muster::client

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

// judge() and judge_again() on one thread. Answers of the CAs come on the executor of CaQuestions, so
// handlers are called from several threads. Refusals are answered, logged and handed to `on_refused` at a
// limited rate.
class JoinDesk {
 public:
  struct Handlers {
    std::function<void(const Joiner&)> on_joiner;
    // It showed a good token, and is refused all the same. Called at the rate of kRefusedRecords.
    std::function<void(const std::string& identity, const std::string& reason)> on_refused;
    // It waits for an operator, and its record does not show that it does.
    std::function<void(const admission::Applicant&, const std::string& reason)> on_waiting;
    std::function<std::optional<client::Record>(const std::string& identity)> record_of;
  };
  // `gone`: null when no provider can be asked.
  JoinDesk(client::Link& link, client::Fleet& fleet, TokenLedger& ledger, CaQuestions& questions,
           InstanceGone* gone, std::function<admission::Rules()> rules, Handlers handlers);

  // `topic_client_id` is the level of the topic on which it came. Nothing is believed before the
  // announcement's own signature, its token and the proof of the token's key have been verified.
  void judge(const std::string& topic_client_id, std::string_view message);
  // An operator approved something: the machine that waits under this name is judged anew.
  void judge_again(const std::string& identity);
  // Whether a machine waits for an operator under this name. Thread-safe.
  bool waits(const std::string& identity) const;

 private:
  using Answers = std::optional<std::vector<admission::CaAnswer>>;

  // `instance_gone`: what the provider says; nothing while it has not been asked.
  void decide(const std::shared_ptr<const Announced>& announced, Answers answers,
              std::optional<bool> instance_gone = std::nullopt);
  // The name is held, by nobody who is on the bus: its provider may know better. False when there is
  // none to ask.
  bool ask_provider(const std::shared_ptr<const Announced>& announced, const admission::Case& it);
  admission::Case case_of(const Announced& announced, Answers answers) const;
  TokenLedger::User user_of(const admission::Applicant& applicant) const;
  void admit(const Announced& announced, const admission::Verdict& verdict);
  // The CA is endorsed, with this master, and counts now.
  bool is_endorsed(const x509::Certificate& ca, const std::string& master) const;
  Status endorse(const admission::Applicant& applicant);
  void refuse(const Announced& announced, const std::string& reason);
  void refuse_stranger(const messages::JoinAnnounce& announce, const std::string& reason);
  void keep_waiting(const std::shared_ptr<const Announced>& announced, const std::string& reason);
  void tell_waiting(const Announced& announced, const std::string& reason);
  bool is_shown_waiting(const admission::Applicant& applicant) const;
  void answer(const messages::JoinAnnounce& announce, messages::JoinAnswer& out);

  client::Link& link_;
  client::Fleet& fleet_;
  TokenLedger& ledger_;
  CaQuestions& questions_;
  InstanceGone* const gone_;
  const std::function<admission::Rules()> rules_;
  const Handlers handlers_;
  base::Throttle answers_;  // by token
  base::Throttle records_;  // by token
  base::Throttle lines_;
  WaitingRoom waiting_;
};

}  // namespace muster::provision
