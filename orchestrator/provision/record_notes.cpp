#include "orchestrator/provision/record_notes.hpp"

#include <fmt/format.h>

#include <utility>

#include "orchestrator/client/reply_fields.hpp"
#include "orchestrator/provision/run/run_record.hpp"
#include "orchestrator/provision/run_elsewhere.hpp"
#include "proto/base/log.hpp"
#include "proto/base/names.hpp"

namespace muster::provision {
namespace {

// For whoever finished it to say so itself.
constexpr std::chrono::seconds kFinishedPatience{10};
constexpr const char* kRefused = "refused";
constexpr const char* kWaiting = "waiting";

// No run of it began, and nobody in particular is waited for: the desk alone has spoken.
bool is_of_the_door(const client::Record& record) {
  if (record.state == kRefused) return true;
  return record.state == kWaiting && !record.reason.empty() && record.run_id.empty() &&
         !record.claim && record.queued_at_ms == 0 && record.retries == 0;
}

// Somebody had it give its certificate up, and it has not been let in yet.
bool is_to_join_anew(const client::Record& record) {
  return record.state == kWaiting && record.run_id.empty() && !record.claim && record.retries > 0;
}

}  // namespace

RecordNotes::RecordNotes(Parts parts)
    : parts_(std::move(parts)),
      clock_(parts_.waits.timers().clock()),
      turn_(parts_.waits, parts_.as),
      late_(parts_.rules),
      untold_({parts_.collective, clock_, turn_, parts_.as,
               [this](News news, const client::Record& record) { return is_due(news, record); },
               parts_.tell_people}) {}

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
  const auto known = parts_.collective.record(identity);
  if (parts_.collective.member(identity)) return;
  if (known && (known->state == "finished" || is_to_join_anew(*known))) {
    // Perhaps it was installed anew, and waits; its history stays.
    auto record = *known;
    record.reason = fmt::format("a machine that now announces itself under this name {}: {}",
                                state == kRefused ? "is refused" : "waits", reason);
    if (record.reason != known->reason) parts_.collective.publish(record);
    return;
  }
  if (known && !is_of_the_door(*known)) return;
  client::Record record;
  record.identity = identity;
  record.state = state;
  record.reason = reason;
  record.orchestrator = parts_.as;
  record.updated_at_ms = clock_.unix_ms();
  record.started_at_ms = known ? known->started_at_ms
                               : begins_at_ms(parts_.collective, identity, record.updated_at_ms);
  record.workflow = parts_.rules.last().name;
  parts_.collective.publish(record);
}

void RecordNotes::asks_for_name(const admission::Applicant& applicant, const std::string& reason) {
  turn_.wait(applicant.identity, "claim",
             [this, applicant, reason] { note_claim(applicant, reason); });
}

// The record of the node that has the name stays what it is: it is also the evidence that the name
// is held. Who asks for it is noted beside.
void RecordNotes::note_claim(const admission::Applicant& applicant, const std::string& reason) {
  const auto known = parts_.collective.record(applicant.identity);
  client::Record record = known.value_or(client::Record{});
  if (record.claim && record.claim->key_fingerprint == applicant.key_fingerprint) return;
  if (const auto here = parts_.machine_here(applicant.identity);
      here && record.key_fingerprint.empty()) {
    record.key_fingerprint = here->key_fingerprint;
    record.address = here->address;
  }
  if (record.key_fingerprint == applicant.key_fingerprint) return;  // let in before our turn came
  const auto now_ms = clock_.unix_ms();
  if (!known) {
    record.identity = applicant.identity;
    record.state = "waiting";
    record.workflow = parts_.rules.last().name;
    record.started_at_ms = begins_at_ms(parts_.collective, applicant.identity, now_ms);
    record.orchestrator = parts_.as;
  }
  record.claim = messages::NameClaim{applicant.key_fingerprint, applicant.address, now_ms};
  // Of a run that is on its way its own word stands, and when that was.
  const bool is_run = !record.run_id.empty() && record.state != "finished";
  auto told = record;
  told.reason =
      fmt::format("waits for approval of the machine at {}: {}",
                  applicant.address.empty() ? "an unknown address" : applicant.address, reason);
  if (!is_run) record.reason = told.reason;
  if (!is_run) record.updated_at_ms = now_ms;
  parts_.collective.publish(record);
  log::warning("a machine waits for an operator's approval",
               {{"node", applicant.identity}, {"address", applicant.address}, {"why", reason}});
  parts_.tell_people(told_as(News::claim, std::move(told)));
}

// Nothing is done to a node that is in production.
void RecordNotes::member_changed(const std::string& identity) {
  const auto facts = parts_.collective.member(identity);
  if (!facts) return;
  record_heard(identity);
  if (is_damaged(identity))
    turn_.wait(identity, "damaged", [this, identity] {
      if (is_damaged(identity)) note_damaged(identity);
    });
}

bool RecordNotes::is_damaged(const std::string& identity) const {
  const auto facts = parts_.collective.member(identity);
  if (!facts || client::text_at(*facts, "provision") != "damaged") return false;
  const auto known = parts_.collective.record(identity);
  return !known || (known->state != "finished" && known->state != "failed" &&
                    known->state != client::kCancelled && known->state != client::kLeaving &&
                    known->state != client::kGone);
}

void RecordNotes::note_damaged(const std::string& identity) {
  const auto known = parts_.collective.record(identity);
  client::Record record = known.value_or(client::Record{});
  if (!known) {
    record.identity = identity;
    record.workflow = parts_.rules.last().name;
    record.started_at_ms = begins_at_ms(parts_.collective, identity, clock_.unix_ms());
  }
  note_failed(std::move(record),
              fmt::format("the node's provision.json is damaged: 'muster provision again {}' "
                          "begins with the first step",
                          identity));
}

// Whoever dies in between leaves a record that says that nobody was told.
void RecordNotes::note_failed(client::Record record, std::string why) {
  record.orchestrator = parts_.as;
  record.state = "failed";
  record.told = false;
  record.reason = std::move(why);
  record.updated_at_ms = clock_.unix_ms();
  parts_.collective.publish(record);
  log::error("cannot be provisioned", {{"node", record.identity}, {"why", record.reason}});
  parts_.tell_people(outcome_of(std::move(record)));
}

void RecordNotes::record_heard(const std::string& identity) {
  if (unsaid(identity)) is_unsaid_for_long(*parts_.collective.record(identity));
  if (const auto record = parts_.collective.record(identity))
    late_.heard(*record);
  else
    late_.forget(identity);
  untold_.look_at(identity);
}

bool RecordNotes::unsaid(const std::string& identity) const {
  if (!is_in_production(parts_.collective, identity)) return false;
  const auto record = parts_.collective.record(identity);
  return record && record->state != "finished" && record->state != client::kLeaving &&
         record->state != client::kGone;
}

bool RecordNotes::is_unsaid_for_long(const client::Record& record) {
  const Unsaid now{record.updated_at_ms, clock_.steady()};
  auto& known = unsaid_.try_emplace(record.identity, now).first->second;
  if (known.updated_at_ms != record.updated_at_ms) known = now;
  return now.since - known.since >= kFinishedPatience;
}

// An orchestrator that died between the node's last word and its own left a record that will never go on; one that could hear
// nobody for a while may have given up a node that another one finished meanwhile, or refused its old announcement.
void RecordNotes::tell_finished() {
  std::erase_if(unsaid_, [this](const auto& one) { return !unsaid(one.first); });
  for (const auto& [identity, known] : unsaid_) {
    auto record = *parts_.collective.record(identity);
    if (!is_unsaid_for_long(record)) continue;
    record.state = "finished";
    record.step.clear();
    record.reason.clear();
    record.finished_at_ms = record.updated_at_ms;
    for (auto& step : record.steps)
      if (step.state == "running") step.state = "done";
    parts_.collective.publish(record);
  }
}

// One that another orchestrator has finished meanwhile has not failed, and is not late: tell_finished() says so.
bool RecordNotes::is_due(News news, const client::Record& record) const {
  if (news == News::claim) return record.claim && !record.claim->told && !record.approval;
  const bool has_ended = record.state == "finished" || record.state == client::kGone;
  if (news == News::outcome && has_ended) return record.untold;
  // Who is to go may be in production until it is banned.
  const bool leaves = record.state == client::kLeaving;
  if (!leaves && is_in_production(parts_.collective, record.identity)) return false;
  const bool has_failed = record.state == "failed" || stays_half_way(record);
  if (news == News::outcome) return has_failed && !record.told;
  const auto from_ms = late_from_ms(parts_.rules, record);
  return !record.told_late && from_ms > 0 && from_ms <= clock_.unix_ms();
}

void RecordNotes::tell_untold() {
  for (const auto& identity : late_.take(clock_.unix_ms())) look_at_late(identity);
  untold_.tell();
}

void RecordNotes::look_at_late(const std::string& identity) {
  const auto record = parts_.collective.record(identity);
  if (!record) return;
  if (record->state == "running")
    late_.look_at(identity, clock_.unix_ms() + kLookedAtAgainAfter.count());
  if (is_abandoned(*record))
    turn_.wait(identity, "abandoned", [this, identity] { note_abandoned(identity); });
  else
    untold_.look_at(identity);
}

// Who is there, or comes back, is gone on with by itself.
bool RecordNotes::is_abandoned(const client::Record& record) const {
  const auto now_ms = clock_.unix_ms();
  const auto from_ms = late_from_ms(parts_.rules, record);
  return record.state == "running" && from_ms > 0 && from_ms <= now_ms &&
         !is_run_elsewhere(record, parts_.as, now_ms, parts_.rules.longest_lease()) &&
         !parts_.machine_here(record.identity) && !parts_.collective.member(record.identity);
}

void RecordNotes::note_abandoned(const std::string& identity) {
  const auto known = parts_.collective.record(identity);
  if (!known || !is_abandoned(*known)) return;
  auto record = *known;
  for (auto& step : record.steps)
    if (step.state == "running") step.state = "failed";
  note_failed(std::move(record),
              fmt::format("{} runs it no more, it has said nothing since {}, and the node is not "
                          "there. It goes on by itself when it comes back",
                          known->orchestrator, base::iso8601(known->updated_at_ms)));
}

}  // namespace muster::provision
