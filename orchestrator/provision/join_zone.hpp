// What the join desk sees of the orchestrator and of the machines before it, and tells them, as an interface: tests and the
// simulation play it.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "orchestrator/admission/applicant.hpp"
#include "orchestrator/admission/attestation_word.hpp"
#include "orchestrator/admission/case.hpp"
#include "orchestrator/admission/rules.hpp"
#include "orchestrator/client/records.hpp"
#include "orchestrator/provision/joiner.hpp"
#include "proto/base/result.hpp"
#include "proto/base/value.hpp"
#include "proto/loop/task.hpp"
#include "proto/messages/join.hpp"

namespace muster::provision {

// An announcement whose form and own signature are good.
struct Examined {
  admission::OpenedAnnouncement opened;
  // Who it proves to be, with `ca->trusted` as it is now. An error when its token is worth nothing, and then nothing that it
  // says is worth a record.
  Result<admission::Applicant> applicant;
};

// On the loop's thread. Whatever takes long is done beside it. All must outlive who uses it.
class JoinZone {
 public:
  virtual ~JoinZone() = default;

  // Verifies all that can be verified of it without asking others. `client_id`: the level of the topic on which it came.
  // Errc::limit, refused or invalid_data as admission::open_announcement().
  virtual loop::Task<Result<Examined>> examine(std::string client_id, std::string message) = 0;
  // What the Puppet CAs say of the name. Tokens take turns. Nothing when it could not be asked, or we stop: the machine
  // announces itself again.
  virtual loop::Task<std::optional<std::vector<admission::CaAnswer>>> ask_cas(
      std::string token_id, std::string identity) = 0;
  // Whether the machines' provider can be asked, and what it says: InstanceGone::ask().
  virtual bool has_provider() const = 0;
  virtual loop::Task<Result<bool>> ask_provider(std::string token_id, std::string identity,
                                                Value question) = 0;
  // What the site's attestation says of a machine that the rules would let in: Attestor::ask(). Asked only when
  // rules().attestation.
  virtual loop::Task<admission::Attestation> attest(std::string token_id, std::string identity,
                                                    Value question) = 0;

  // Why its token is worth nothing any more, whoever was believed when it announced itself; nothing: its issuer is believed.
  virtual std::optional<std::string> distrust(const admission::Applicant& applicant) const = 0;
  // Why nobody listens to a node of that name; nothing: it is not banned.
  virtual std::optional<std::string> ban(const std::string& identity) const = 0;
  virtual std::optional<client::Record> record(const std::string& identity) const = 0;
  // LostRecords::may_come_back().
  virtual bool record_may_come_back(const std::string& identity, bool was_let_in) const = 0;
  // Nothing: nobody of that name is online.
  virtual std::optional<admission::OnlineMember> member(const std::string& identity) const = 0;
  // Provisioner::machine_here().
  virtual std::optional<MachineHere> machine_here(const std::string& identity) const = 0;
  // The CA's identity, of whichever of its certificates the fingerprint is.
  virtual std::string identity_of_ca(const std::string& fingerprint) const = 0;
  virtual admission::Rules rules() const = 0;

  // Believes the CA that a master offers, from now on, everywhere. Nothing happens when it is endorsed with that master
  // already. Errc::refused says why it may not be.
  virtual loop::Task<Status> endorse(admission::Applicant applicant) = 0;
  // Signed, in the order of calling. A failure is logged.
  virtual void answer(messages::JoinAnswer answer, const std::string& identity) = 0;

  virtual void joined(const Joiner& joiner) = 0;
  // It showed a good token, and is refused all the same. Called at the rate of kRefusedRecords.
  virtual void refused(const std::string& identity, const std::string& reason) = 0;
  // It is told to wait, for nobody in particular: it is judged again when it announces itself again. At the same rate.
  virtual void postponed(const std::string& identity, const std::string& reason) = 0;
  // It waits for an operator, and its record does not show that it does.
  virtual void asks_for_name(const admission::Applicant& applicant, const std::string& reason) = 0;
};

}  // namespace muster::provision
