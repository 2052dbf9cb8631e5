#include "orchestrator/provision/record_notes.hpp"

#include <fmt/format.h>

#include <utility>

#include "orchestrator/client/reply_fields.hpp"
#include "orchestrator/provision/run/run_record.hpp"
#include "proto/base/log.hpp"
#include "proto/base/names.hpp"

namespace muster::provision {
namespace {

// For whoever finished it to say so itself.
constexpr std::int64_t kFinishedPatienceMs = 10'000;
constexpr const char* kRefused = "refused";
constexpr const char* kWaiting = "waiting";

// No run of it began, and nobody in particular is waited for: the desk alone has spoken.
bool is_of_the_door(const client::Record& record) {
  if (record.state == kRefused) return true;
  return record.state == kWaiting && !record.reason.empty() && record.run_id.empty() &&
         !record.claim && record.queued_at_ms == 0 && record.retries == 0;
}

}  // namespace

void RecordNotes::refused(const std::string& identity, const std::string& reason) {
  note_at_the_door(identity, kRefused, reason);
}

void RecordNotes::postponed(const std::string& identity, const std::string& reason) {
  note_at_the_door(identity, kWaiting, reason);
}

// A name may be claimed by anybody who has a join credential: what is recorded of a node that is
// known stays.
void RecordNotes::note_at_the_door(const std::string& identity, const std::string& state,
                                   const std::string& reason) {
  if (!base::check_identity(identity)) return;
  const auto known = collective_.record(identity);
  if (collective_.member(identity)) return;
  if (known && known->state == "finished") {
    // Perhaps it was installed anew, and waits; its history stays.
    auto record = *known;
    record.reason = fmt::format("a machine that now announces itself under this name {}: {}",
                                state == kRefused ? "is refused" : "waits", reason);
    if (record.reason != known->reason) collective_.publish(record);
    return;
  }
  if (known && !is_of_the_door(*known)) return;
  client::Record record;
  record.identity = identity;
  record.state = state;
  record.reason = reason;
  record.orchestrator = as_;
  record.updated_at_ms = clock_.unix_ms();
  record.started_at_ms =
      known ? known->started_at_ms : begins_at_ms(collective_, identity, record.updated_at_ms);
  record.workflow = workflow_;
  collective_.publish(record);
}

void RecordNotes::begin_in_turn(const std::string& identity, std::function<void()> note) {
  if (noting_.insert(identity).second) stories_.begin(in_turn(identity, std::move(note)));
}

loop::Task<Status> RecordNotes::in_turn(std::string identity, std::function<void()> note) {
  const auto turn =
      std::hash<std::string>()(as_ + "/" + identity) % static_cast<std::size_t>(kTurnsTake.count());
  loop::Wait pause(waits_);
  const auto woken = co_await pause.until(std::chrono::milliseconds(turn));
  noting_.erase(identity);
  if (woken != loop::Woken::stopped) note();
  co_return Status{};
}

void RecordNotes::asks_for_name(const admission::Applicant& applicant, const std::string& reason) {
  begin_in_turn(applicant.identity, [this, applicant, reason] { note_claim(applicant, reason); });
}

// The record of the node that has the name stays what it is: it is also the evidence that the name
// is held. Who asks for it is noted beside.
void RecordNotes::note_claim(const admission::Applicant& applicant, const std::string& reason) {
  const auto known = collective_.record(applicant.identity);
  client::Record record = known.value_or(client::Record{});
  if (record.claim && record.claim->key_fingerprint == applicant.key_fingerprint) return;
  if (record.key_fingerprint == applicant.key_fingerprint) return;  // let in before our turn came
  const auto now_ms = clock_.unix_ms();
  if (!known) {
    record.identity = applicant.identity;
    record.state = "waiting";
    record.workflow = workflow_;
    record.started_at_ms = begins_at_ms(collective_, applicant.identity, now_ms);
    record.orchestrator = as_;
  }
  record.claim = messages::NameClaim{applicant.key_fingerprint, applicant.address, now_ms};
  record.reason =
      fmt::format("waits for approval of the machine at {}: {}",
                  applicant.address.empty() ? "an unknown address" : applicant.address, reason);
  record.updated_at_ms = now_ms;
  collective_.publish(record);
  log::warning("a machine waits for an operator's approval",
               {{"node", applicant.identity}, {"address", applicant.address}, {"why", reason}});
  tell_people_(std::move(record));
}

// Nothing is done to a node that is in production.
void RecordNotes::member_changed(const std::string& identity) {
  const auto facts = collective_.member(identity);
  if (!facts) return;
  record_heard(identity);
  if (is_damaged(identity))
    begin_in_turn(identity, [this, identity] {
      if (is_damaged(identity)) note_damaged(identity);
    });
}

bool RecordNotes::is_damaged(const std::string& identity) const {
  const auto facts = collective_.member(identity);
  if (!facts || client::text_at(*facts, "provision") != "damaged") return false;
  const auto known = collective_.record(identity);
  return !known || (known->state != "finished" && known->state != "failed" &&
                    known->state != client::kCancelled);
}

void RecordNotes::note_damaged(const std::string& identity) {
  const auto known = collective_.record(identity);
  client::Record record = known.value_or(client::Record{});
  const auto now_ms = clock_.unix_ms();
  if (!known) {
    record.identity = identity;
    record.workflow = workflow_;
    record.started_at_ms = begins_at_ms(collective_, identity, now_ms);
  }
  record.orchestrator = as_;
  record.state = "failed";
  record.told = false;
  record.reason = fmt::format(
      "the node's provision.json is damaged: 'muster provision again {}' begins with the first "
      "step",
      identity);
  record.updated_at_ms = now_ms;
  collective_.publish(record);
  log::error("cannot be provisioned", {{"node", identity}, {"why", record.reason}});
  tell_people_(outcome_of(std::move(record)));
}

void RecordNotes::record_heard(const std::string& identity) {
  if (unsaid(identity)) unsaid_.insert(identity);
  if (is_untold(identity)) untold_.try_emplace(identity, Untold{clock_.steady()});
}

bool RecordNotes::unsaid(const std::string& identity) const {
  const auto facts = collective_.member(identity);
  if (!facts || client::text_at(*facts, "provision") != "finished") return false;
  const auto record = collective_.record(identity);
  return record && record->state != "finished";
}

// An orchestrator that died between the node's last word and its own left a record that will never go on; one that could hear
// nobody for a while may have given up a node that another one finished meanwhile, or refused its old announcement.
void RecordNotes::tell_finished() {
  const auto now_ms = clock_.unix_ms();
  std::erase_if(unsaid_, [this](const std::string& identity) { return !unsaid(identity); });
  for (const auto& identity : unsaid_) {
    const auto known = collective_.record(identity);
    if (!known) continue;  // forgotten meanwhile
    auto record = *known;
    if (now_ms - record.updated_at_ms < kFinishedPatienceMs) continue;
    record.state = "finished";
    record.step.clear();
    record.reason.clear();
    record.finished_at_ms = record.updated_at_ms;
    for (auto& step : record.steps)
      if (step.state == "running") step.state = "done";
    collective_.publish(record);
  }
}

// One that another orchestrator has finished meanwhile has not failed: tell_finished() says so.
bool RecordNotes::is_untold(const std::string& identity) const {
  const auto record = collective_.record(identity);
  return record && record->state == "failed" && !record->told && !unsaid(identity);
}

void RecordNotes::tell_failed() {
  std::erase_if(untold_, [this](const auto& one) { return !is_untold(one.first); });
  for (const auto& [identity, untold] : untold_) {
    if (untold.begun) continue;
    const auto known = collective_.record(identity);
    const bool ours = known && known->orchestrator == as_;
    if (!ours && clock_.steady() - untold.since < kToldByOthersAfter) continue;
    if (ours)
      tell_failure_of(identity);
    else
      begin_in_turn(identity, [this, identity = identity] { tell_failure_of(identity); });
  }
}

void RecordNotes::tell_failure_of(const std::string& identity) {
  if (!is_untold(identity)) return;
  untold_[identity].begun = true;
  auto record = *collective_.record(identity);
  log::warning("a node failed and nobody was told; people are told now",
               {{"node", identity}, {"orchestrator", record.orchestrator}});
  tell_people_(outcome_of(std::move(record)));
}

}  // namespace muster::provision
