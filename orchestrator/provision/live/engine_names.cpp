// The engine's part in who may have which name, and what operators ask.
#include "orchestrator/admission/approval.hpp"
#include "orchestrator/client/fleet.hpp"
#include "orchestrator/client/link.hpp"
#include "orchestrator/provision/live/engine.hpp"
#include "proto/base/names.hpp"

namespace muster::provision {

void Engine::open_desk() {
  questions_ = std::make_unique<CaQuestions>(*asker_, thread_.loop(), *desk_threads_,
                                             [this] { return masters_online(); });
  if (!options_.instance_gone_program.empty())
    gone_ = std::make_unique<InstanceGone>(options_.instance_gone_program);
  JoinDesk::Handlers handlers;
  handlers.on_joiner = [this](const Joiner& joiner) {
    post([this, joiner] { provisioner_->joined(joiner); });
  };
  handlers.on_refused = [this](const std::string& identity, const std::string& reason) {
    post([this, identity, reason] { notes_->refused(identity, reason); });
  };
  handlers.on_waiting = [this](const admission::Applicant& applicant, const std::string& reason) {
    post([this, applicant, reason] { notes_->asks_for_name(applicant, reason); });
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

Status Engine::again(const std::string& identity) {
  return thread_.wait_for<Status>([this, identity] { return provisioner_->again(identity); });
}

Status Engine::forget(const std::string& identity) {
  return thread_.wait_for<Status>([this, identity] { return provisioner_->forget(identity); });
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
