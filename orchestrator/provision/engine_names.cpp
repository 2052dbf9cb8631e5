// The engine's part in who may have which name: what the desk asks and tells, and what operators
// decide.
#include <fmt/format.h>

#include "orchestrator/admission/approval.hpp"
#include "orchestrator/client/fleet.hpp"
#include "orchestrator/client/link.hpp"
#include "orchestrator/provision/engine.hpp"
#include "proto/base/log.hpp"
#include "proto/base/names.hpp"

namespace muster::provision {

void Engine::open_desk() {
  questions_ = std::make_unique<CaQuestions>(*caller_, [this] { return masters_online(); });
  if (!options_.instance_gone_program.empty())
    gone_ = std::make_unique<InstanceGone>(options_.instance_gone_program);
  stale_ = std::make_unique<StaleAnnouncements>(link_.bus(), link_.clock());
  JoinDesk::Handlers handlers;
  handlers.on_joiner = [this](const Joiner& joiner) { on_joiner(joiner); };
  handlers.on_refused = [this](const auto& identity, const auto& reason) {
    on_refused(identity, reason);
  };
  handlers.on_waiting = [this](const auto& applicant, const auto& reason) {
    on_waiting(applicant, reason);
  };
  handlers.record_of = [this](const std::string& identity) { return records_->find(identity); };
  desk_ = std::make_unique<JoinDesk>(
      link_, *fleet_, *ledger_, *questions_, gone_.get(), [this] { return rules(); },
      std::move(handlers));
}

std::vector<Master> Engine::masters_online() const {
  std::vector<Master> masters;
  for (const auto& endorsement : link_.endorsements().of_masters(link_.clock().unix_ms()))
    if (auto master = masters_->find(endorsement.master)) masters.push_back(*std::move(master));
  return masters;
}

// Masters that are away keep their names as well.
admission::Rules Engine::rules() const {
  admission::Rules rules = options_.names;
  rules.collective = link_.collective();
  rules.workflow = workflow_.name;
  for (const auto& endorsement : link_.endorsements().of_masters(link_.clock().unix_ms()))
    rules.masters.push_back(endorsement.master);
  return rules;
}

// The record of the node that has the name stays what it is: it is also the evidence that the name
// is held. Who asks for it is noted beside.
void Engine::on_waiting(const admission::Applicant& applicant, const std::string& reason) {
  const auto known = records_->find(applicant.identity);
  client::Record record = known.value_or(client::Record{});
  if (record.claim && record.claim->key_fingerprint == applicant.key_fingerprint) return;
  const auto now_ms = link_.clock().unix_ms();
  if (!known) {
    record.identity = applicant.identity;
    record.state = "waiting";
    record.workflow = workflow_.name;
    record.started_at_ms = now_ms;
    record.orchestrator = link_.caller();
  }
  record.claim = messages::NameClaim{applicant.key_fingerprint, applicant.address, now_ms};
  record.reason =
      fmt::format("waits for approval of the machine at {}: {}",
                  applicant.address.empty() ? "an unknown address" : applicant.address, reason);
  record.updated_at_ms = now_ms;
  publish(record);
  log::warning("a machine waits for an operator's approval",
               {{"node", applicant.identity}, {"address", applicant.address}, {"why", reason}});
  if (auto told = options_.notify(record); !told)
    log::error("cannot write the notification",
               {{"node", record.identity}, {"why", told.error().message}});
}

// Whichever orchestrator published the approval: each that has the machine waiting judges it anew.
void Engine::on_record(const client::Record& record) {
  if (!record.approval) return;
  const std::lock_guard lock(mutex_);
  judge_again(record.identity);
}

void Engine::judge_again(const std::string& identity) {
  // A line of its own in the queue: no client id holds a '/'.
  if (announcements_)
    announcements_->post("again/" + identity, transport::Message{"", identity, false});
}

Status Engine::approve(const std::string& identity, const std::string& key, const std::string& by) {
  MUSTER_TRY(base::check_identity(identity));
  auto record = records_->find(identity);
  if (!record) record = client::Record{};
  record->identity = identity;
  MUSTER_ASSIGN(record->approval,
                admission::approve(identity, record->claim, key, by, link_.clock().unix_ms()));
  record->updated_at_ms = link_.clock().unix_ms();
  return client::publish_record(link_, *record);
}

Status Engine::revoke_token(const std::string& token_id, const std::string& by,
                            const std::string& reason) {
  return ledger_->revoke(token_id, by, reason);
}

}  // namespace muster::provision
