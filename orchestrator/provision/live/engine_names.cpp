// The engine's part in who may have which name, and what operators ask.
#include <algorithm>

#include "orchestrator/admission/approval.hpp"
#include "orchestrator/client/fleet.hpp"
#include "orchestrator/client/link.hpp"
#include "orchestrator/client/record_claim.hpp"
#include "orchestrator/provision/live/engine.hpp"
#include "proto/base/names.hpp"
#include "proto/loop/elsewhere.hpp"

namespace muster::provision {

void Engine::open_desk() {
  questions_ = std::make_unique<CaQuestions>(*world_, waits_, [this] { return masters_online(); });
  if (!options_.instance_gone_program.empty()) open_provider();
  if (!options_.attestation.program.empty()) open_attestation();
  LiveJoinZone::Handlers handlers;
  handlers.rules = [this] { return rules(); };
  handlers.joined = [this](const Joiner& joiner) { provisioner_->joined(joiner); };
  handlers.refused = [this](const std::string& identity, const std::string& reason) {
    notes_->refused(identity, reason);
  };
  handlers.asks_for_name = [this](const admission::Applicant& applicant,
                                  const std::string& reason) {
    notes_->asks_for_name(applicant, reason);
  };
  handlers.postponed = [this](const std::string& identity, const std::string& reason) {
    notes_->postponed(identity, reason);
  };
  handlers.machine_here = [this](const std::string& identity) {
    return provisioner_->machine_here(identity);
  };
  handlers.record_may_come_back = [this](const std::string& identity, bool was_let_in) {
    return lost_records_->may_come_back(identity, was_let_in);
  };
  zone_ = std::make_unique<LiveJoinZone>(
      LiveJoinZone::Parts{link_, *fleet_, *collective_, *questions_, gone_.get(), waits_,
                          *verifier_, *recorder_, attestor_.get()},
      std::move(handlers));
  zone_->on_end([this] { end_if_idle(); });
  desk_ = std::make_unique<JoinDesk>(*zone_, ledger_->ledger(), waits_);
  desk_->on_end([this] { end_if_idle(); });
}

void Engine::open_retirements() {
  retire_site_ = std::make_unique<LiveRetireSite>(
      LiveRetireSite::Parts{link_, *fleet_, *records_, *collective_, *debts_, *writers_, waits_},
      options_.tell_retirement);
  retirements_ = std::make_unique<Retirements>(
      Retirements::Parts{*retire_site_, *world_, link_.clock(),
                         [this](std::string node, const Retiring& from) {
                           return orders_->move_away(
                               std::move(node),
                               {from.master, from.ca_pem, from.retired_by,
                                [this, ca = from.ca](const std::string& fingerprint) {
                                  return link_.endorsements().identity_of(fingerprint) == ca;
                                }});
                         }},
      link_.caller());
  retirements_->on_end([this] { end_if_idle(); });
}

void Engine::open_attestation() {
  const auto& options = options_.attestation;
  attestation_program_ = std::make_unique<AttestationProgram>(options, options_.attestation_told);
  attestation_askers_ = std::make_unique<loop::ThreadPool>(thread_.loop(), "attester",
                                                           options.at_once, options.at_once);
  attestor_ = std::make_unique<Attestor>(
      *attestation_askers_, waits_, options.at_once,
      [this](const Value& question) { return attestation_program_->ask(question); });
}

void Engine::open_provider() {
  gone_program_ = std::make_unique<GoneProgram>(options_.instance_gone_program);
  gone_asker_ = std::make_unique<loop::ThreadPool>(thread_.loop(), "gone asker", 1, 1);
  gone_ = std::make_unique<InstanceGone>(
      *gone_asker_, waits_, [this](const Value& question) { return gone_program_->ask(question); });
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
  rules.workflows = rules_.names();
  rules.attestation = attestor_ != nullptr;
  for (const auto& endorsement : link_.endorsements().of_masters(link_.clock().unix_ms()))
    rules.masters.push_back(endorsement.master);
  return rules;
}

std::vector<Orders::Outcome> Engine::carry_out(Order order, const std::vector<std::string>& nodes,
                                               const std::string& by) {
  return thread_.wait_for<std::vector<Orders::Outcome>>(
      [this, order, nodes, by] { return orders_->carry_out(order, nodes, by); });
}

Status Engine::approve(const std::string& identity, const std::string& key, const std::string& by) {
  MUSTER_TRY(base::check_identity(identity));
  const auto known = records_->find(identity);
  auto record = known ? known : client::Record{};
  record->identity = identity;
  MUSTER_ASSIGN(record->approval,
                admission::approve(identity, record->claim, key, by, link_.clock().unix_ms()));
  record->updated_at_ms = link_.clock().unix_ms();
  if (known)
    client::follow(*record, *known);
  else if (const auto newest = records_->newest(identity))  // it was forgotten
    record->started_at_ms = std::max(record->updated_at_ms, newest->started_at_ms + 1);
  return client::publish_record(link_, *record);
}

std::vector<Departures::Outcome> Engine::decommission(const std::vector<std::string>& nodes,
                                                      const std::string& by) {
  return thread_.wait_for<std::vector<Departures::Outcome>>(
      [this, nodes, by] { return departures_->carry_out(nodes, by); });
}

Result<std::string> Engine::group_of_step(const WaitingStep& step) {
  return thread_.wait_for<Result<std::string>>(
      [this, step] { return step_approvals_->group_of(step); });
}

Status Engine::approve_step(const WaitingStep& step, const std::string& by) {
  return thread_.wait_for<Status>([this, step, by] { return step_approvals_->approve(step, by); });
}

loop::Task<std::vector<client::TokenEnd>> Engine::find_tokens_in_use() {
  co_return ledger_->ledger().in_use();
}

std::vector<client::TokenEnd> Engine::tokens_in_use() {
  return thread_.wait_for<std::vector<client::TokenEnd>>([this] { return find_tokens_in_use(); });
}

Status Engine::revoke_token(const std::string& token_id, const std::string& by,
                            const std::string& reason) {
  return thread_.wait_for<Status>(
      [this, token_id, by, reason] { return ledger_->ledger().revoke(token_id, by, reason); });
}

loop::Task<std::optional<client::Record>> Engine::last_run_of(std::string node) {
  using Found = Result<std::optional<client::Record>>;
  auto looked = loop::on_executor<Found>(*writers_, waits_, [this, node = std::move(node)] {
    return Found(options_.remembered.latest(node));
  });
  auto found = co_await looked;
  co_return found ? *std::move(found) : std::nullopt;
}

}  // namespace muster::provision
