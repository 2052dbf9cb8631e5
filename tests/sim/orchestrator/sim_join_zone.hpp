// The join zone in a simulation: what the real desk sees of the bus and of the orchestrator.
#pragma once

#include <functional>
#include <string>

#include "orchestrator/provision/join_zone.hpp"
#include "orchestrator/provision/live/ca_questions.hpp"
#include "orchestrator/provision/lost_records.hpp"
#include "orchestrator/provision/provisioner.hpp"
#include "orchestrator/provision/record_notes.hpp"
#include "tests/sim/orchestrator/bus_member.hpp"
#include "tests/sim/orchestrator/presences.hpp"
#include "tests/sim/orchestrator/sim_collective.hpp"

namespace muster::sim {

// On the loop's thread. No provider of machines can be asked, and masters' CAs are known from the start.
class SimJoinZone final : public provision::JoinZone {
 public:
  // All must outlive it.
  struct Parts {
    BusMember& bus;
    loop::Waits& waits;
    const Presences& presences;
    const SimCollective& collective;
    provision::CaQuestions& questions;
    provision::Provisioner& provisioner;
    provision::RecordNotes& notes;
    const provision::LostRecords& lost_records;
    const std::string& workflow;  // its name
  };
  explicit SimJoinZone(const Parts& parts) : parts_(parts) {}

  loop::Task<Result<provision::Examined>> examine(std::string client_id,
                                                  std::string message) override;
  loop::Task<std::optional<std::vector<admission::CaAnswer>>> ask_cas(
      std::string token_id, std::string identity) override;
  bool has_provider() const override { return false; }
  loop::Task<Result<bool>> ask_provider(std::string token_id, std::string identity,
                                        Value question) override;
  // rules() know of none.
  loop::Task<admission::Attestation> attest(std::string, std::string, Value) override {
    co_return admission::Attestation{};
  }
  // Issuers are believed for as long as a night lasts.
  std::optional<std::string> distrust(const admission::Applicant&) const override { return {}; }
  std::optional<std::string> ban(const std::string& identity) const override;
  std::optional<client::Record> record(const std::string& identity) const override;
  std::optional<admission::OnlineMember> member(const std::string& identity) const override;
  std::optional<provision::MachineHere> machine_here(const std::string& identity) const override {
    return parts_.provisioner.machine_here(identity);
  }
  bool record_may_come_back(const std::string& identity, bool was_let_in) const override {
    return parts_.lost_records.may_come_back(identity, was_let_in);
  }
  std::string identity_of_ca(const std::string& fingerprint) const override { return fingerprint; }
  admission::Rules rules() const override;
  loop::Task<Status> endorse(admission::Applicant applicant) override;
  void answer(messages::JoinAnswer answer, const std::string& identity) override;
  void joined(const provision::Joiner& joiner) override;
  void refused(const std::string& identity, const std::string& reason) override;
  void postponed(const std::string& identity, const std::string& reason) override;
  void asks_for_name(const admission::Applicant& applicant, const std::string& reason) override;

 private:
  Result<admission::Applicant> applicant_of(const admission::OpenedAnnouncement& opened) const;
  void say(const std::string& what) const;

  const Parts parts_;
};

}  // namespace muster::sim
