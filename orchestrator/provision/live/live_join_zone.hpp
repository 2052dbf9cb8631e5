// The join zone as it is: announcements over the bus, verified beside the loop.
#pragma once

#include <functional>
#include <string>
#include <utility>

#include "orchestrator/provision/attestor.hpp"
#include "orchestrator/provision/collective.hpp"
#include "orchestrator/provision/instance_gone.hpp"
#include "orchestrator/provision/join_zone.hpp"
#include "orchestrator/provision/live/ca_questions.hpp"
#include "orchestrator/provision/provisioner.hpp"
#include "orchestrator/provision/record_notes.hpp"
#include "proto/loop/executor.hpp"
#include "proto/loop/stories.hpp"
#include "proto/loop/waits.hpp"

namespace muster::client {
class Fleet;
class Link;
}  // namespace muster::client

namespace muster::provision {

// On the loop's thread.
class LiveJoinZone final : public JoinZone {
 public:
  // All must outlive it.
  struct Parts {
    client::Link& link;
    client::Fleet& fleet;
    const Collective& collective;
    CaQuestions& questions;
    InstanceGone* gone = nullptr;  // null: no provider can be asked
    loop::Waits& waits;
    loop::Executor& verifier;      // one thing after the other: answers have their order
    loop::Executor& writer;        // endorses: waits for the broker
    Attestor* attestor = nullptr;  // null: rules() say that there is none
  };
  // What the desk tells.
  struct Handlers {
    std::function<admission::Rules()> rules;
    std::function<void(const Joiner&)> joined;
    std::function<void(const std::string& identity, const std::string& reason)> refused;
    std::function<void(const admission::Applicant&, const std::string& reason)> asks_for_name;
    std::function<void(const std::string& identity, const std::string& reason)> postponed;
    std::function<std::optional<MachineHere>(const std::string& identity)> machine_here = {};
    std::function<bool(const std::string& identity, bool was_let_in)> record_may_come_back = {};
  };
  LiveJoinZone(Parts parts, Handlers handlers);

  loop::Task<Result<Examined>> examine(std::string client_id, std::string message) override;
  loop::Task<std::optional<std::vector<admission::CaAnswer>>> ask_cas(
      std::string token_id, std::string identity) override;
  bool has_provider() const override { return parts_.gone != nullptr; }
  loop::Task<Result<bool>> ask_provider(std::string token_id, std::string identity,
                                        Value question) override;
  loop::Task<admission::Attestation> attest(std::string token_id, std::string identity,
                                            Value question) override;
  std::optional<std::string> distrust(const admission::Applicant& applicant) const override;
  std::optional<std::string> ban(const std::string& identity) const override;
  std::optional<client::Record> record(const std::string& identity) const override;
  // False without such a handler.
  bool record_may_come_back(const std::string& identity, bool was_let_in) const override {
    return handlers_.record_may_come_back && handlers_.record_may_come_back(identity, was_let_in);
  }
  std::optional<admission::OnlineMember> member(const std::string& identity) const override;
  // Nothing without such a handler.
  std::optional<MachineHere> machine_here(const std::string& identity) const override {
    return handlers_.machine_here ? handlers_.machine_here(identity) : std::nullopt;
  }
  std::string identity_of_ca(const std::string& fingerprint) const override;
  admission::Rules rules() const override { return handlers_.rules(); }
  loop::Task<Status> endorse(admission::Applicant applicant) override;
  void answer(messages::JoinAnswer answer, const std::string& identity) override;
  void joined(const Joiner& joiner) override { handlers_.joined(joiner); }
  void refused(const std::string& identity, const std::string& reason) override {
    handlers_.refused(identity, reason);
  }
  void postponed(const std::string& identity, const std::string& reason) override {
    handlers_.postponed(identity, reason);
  }
  void asks_for_name(const admission::Applicant& applicant, const std::string& reason) override {
    handlers_.asks_for_name(applicant, reason);
  }

  // No answer is on its way to a machine.
  bool idle() const { return answers_.idle(); }
  // Called whenever something has ended that idle() waits for.
  void on_end(std::function<void()> handler) { answers_.on_end(std::move(handler)); }

 private:
  const Parts parts_;
  const Handlers handlers_;
  loop::Stories answers_;
};

}  // namespace muster::provision
