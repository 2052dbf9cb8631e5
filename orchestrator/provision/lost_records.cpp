#include "orchestrator/provision/lost_records.hpp"

#include <algorithm>
#include <utility>

#include "orchestrator/client/reply_fields.hpp"
#include "orchestrator/provision/our_turn.hpp"
#include "proto/base/log.hpp"
#include "proto/base/utf8.hpp"
#include "proto/progress/progress.hpp"

namespace muster::provision {
namespace {

constexpr std::chrono::milliseconds kNodesPatience{5'000};  // for its answer
constexpr std::size_t kToldReasonMaxBytes = 1024;           // as much as histories keep of one

bool is_end(const std::string& state) {
  return state == "finished" || state == "failed";
}

// Whose CA the name is and which machine had it, a node cannot say of itself. The time is that of the node's last word from an
// orchestrator, and so before what that one wrote of the end: should that be heard yet, it stands.
client::Record as_told(const std::string& identity, const Value& status,
                       const progress::Progress& told, std::int64_t now_ms) {
  const auto by_now = [now_ms](std::int64_t time) {
    return std::clamp<std::int64_t>(time, 0, now_ms);
  };
  client::Record record;
  record.identity = identity;
  record.state = client::text_at(status, "state");
  record.reason = base::as_utf8(client::text_at(status, "error"), kToldReasonMaxBytes);
  record.workflow = told.workflow;
  record.workflow_hash = told.workflow_hash;
  record.finished = told.finished;
  record.master = told.master;
  record.run_id = told.run_id;
  // A lease's number counts leases, from the time in seconds at most: no true one comes near the time in milliseconds.
  record.fence = by_now(client::number_at(status, "fence"));
  record.attempts = static_cast<std::uint32_t>(std::max<std::int64_t>(1, told.attempts));
  record.retries = static_cast<std::uint32_t>(std::max<std::int64_t>(0, told.retries));
  record.updated_at_ms = by_now(told.at_ms + 1);
  record.started_at_ms = told.started_at_ms > 0 ? by_now(told.started_at_ms) : record.updated_at_ms;
  if (record.state != "finished") return record;
  record.finished_at_ms = by_now(client::number_at(status, "finished_at_ms"));
  record.untold = told.untold;
  return record;
}

// A record's master is one whose CA is trusted, online or not; a node can name any.
bool is_trusted_master(World& world, const std::string& identity) {
  const auto known = world.known_masters();
  return std::find(known.begin(), known.end(), identity) != known.end();
}

}  // namespace

void LostRecords::look_at(const std::string& identity) {
  if (is_lost(identity))
    lost_.try_emplace(identity, now());
  else
    lost_.erase(identity);
}

void LostRecords::is_remembered(const std::string& identity) {
  if (parts_.collective.newest(identity)) return;
  remembered_.insert(identity);
  look_at(identity);
}

bool LostRecords::is_lost(const std::string& identity) const {
  if (parts_.collective.newest(identity)) return false;
  const auto facts = parts_.collective.member(identity);
  return facts ? is_end(client::text_at(*facts, "provision")) : remembered_.contains(identity);
}

bool LostRecords::may_come_back(const std::string& identity, bool was_let_in) const {
  if (now() - began_ >= kSaidAgainWithin) return false;
  if (parts_.collective.newest(identity)) return false;
  return was_let_in || remembered_.contains(identity);
}

void LostRecords::rebuild() {
  std::erase_if(lost_, [this](const auto& one) { return !is_lost(one.first); });
  for (const auto& [identity, since] : lost_) {
    if (under_way_.size() >= kRebuiltAtOnce) return;
    if (now() - since < kLostAfter || !under_way_.insert(identity).second) continue;
    stories_.begin(rebuild_one(identity));
  }
}

loop::Task<Status> LostRecords::rebuild_one(std::string identity) {
  std::optional<client::Record> known;
  if (parts_.remember) {
    auto remembering = parts_.remember(identity);
    known = co_await remembering;
  }
  loop::Wait pause(parts_.waits);
  const auto behind = known ? std::chrono::milliseconds(0) : kTurnsTake;
  co_await pause.until(behind + turn_of(parts_.as, identity));
  const bool is_member = parts_.collective.member(identity) != nullptr;
  if (is_member && is_lost(identity) && !parts_.waits.stopping()) {
    auto asking = from_node(identity, std::move(known));
    known = co_await asking;
  }
  if (known && is_lost(identity) && !parts_.waits.stopping()) {
    log::info("a node's record that was lost is rebuilt",
              {{"node", identity}, {"state", known->state}, {"run", known->run_id}});
    parts_.collective.publish(*known);
  }
  under_way_.erase(identity);
  co_return Status{};
}

// Somebody may have heard of an earlier run of it alone, or not of the end of this one.
loop::Task<std::optional<client::Record>> LostRecords::from_node(
    std::string identity, std::optional<client::Record> remembered) {
  Question question{"provision", "status", Value::object(), kNodesPatience};
  auto asked = parts_.world.call(identity, std::nullopt, std::move(question));
  const auto status = co_await asked;
  if (!status) {
    log::warning("a node whose record was lost does not say how far it is; it is asked again",
                 {{"node", identity}, {"why", status.error().message}});
    co_return std::nullopt;
  }
  const auto at = status->find("progress");
  const auto told = at == status->end()
                        ? progress::Progress()
                        : progress::Progress::from_value(*at).value_or(progress::Progress());
  const auto state = client::text_at(*status, "state");
  if (!is_end(state)) co_return std::nullopt;
  const bool same_run = remembered && remembered->run_id == told.run_id;
  if (same_run && remembered->state == state) co_return remembered;
  auto record = as_told(identity, *status, told, parts_.world.unix_ms());
  record.orchestrator = parts_.as;
  if (!is_trusted_master(parts_.world, record.master)) record.master.clear();
  if (same_run) {
    record.key_fingerprint = remembered->key_fingerprint;
    record.address = remembered->address;
    record.ca_fingerprint = remembered->ca_fingerprint;
  }
  co_return record;
}

}  // namespace muster::provision
