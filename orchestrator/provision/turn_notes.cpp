#include "orchestrator/provision/turn_notes.hpp"

namespace muster::provision {

void TurnNotes::someone_waits() {
  if (!next_.is_set()) next_.set(kToldAfter, [this] { tell(); });
}

void TurnNotes::tell() {
  const auto now = parts_.timers.clock().steady();
  for (const auto& identity : parts_.nodes.take_untold(now - kToldAfter, kToldAtOnceMax))
    tell_of(identity, *parts_.nodes.find(identity));
  // Those that come, and those that were too many; a queue that is empty has nobody to tell of.
  const auto next = parts_.nodes.next_due();
  if (next && *next <= now) someone_waits();
}

// Another one's run, or what a person must look at, is not written over; also not when it is heard later: a record of no run
// is older than that of any.
void TurnNotes::tell_of(const std::string& identity, KnownNode& node) {
  const auto now_ms = parts_.timers.clock().unix_ms();
  const auto known = parts_.collective.record(identity);
  const bool has_story = known && known->state != "waiting" && known->state != "refused";
  if (has_story || (known && known->claim)) return;
  auto record = known.value_or(client::Record{});
  // What said that it was forgotten is older than this, and this than the run that begins.
  if (const auto newest = known ? std::nullopt : parts_.collective.newest(identity)) {
    record.started_at_ms = newest->started_at_ms;
    record.fence = newest->fence;
  }
  record.identity = identity;
  record.state = "waiting";
  record.reason.clear();
  record.orchestrator = parts_.as;
  if (record.run_id.empty()) record.workflow = parts_.workflow;
  record.queued_at_ms = now_ms;
  record.master_queued_at_ms = 0;
  record.updated_at_ms = now_ms;
  if (!node.joined_with.empty()) {
    record.key_fingerprint = node.joined_with;
    record.address = node.address;
  }
  parts_.collective.publish(record);
}

}  // namespace muster::provision
