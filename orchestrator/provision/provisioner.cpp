#include "orchestrator/provision/provisioner.hpp"

#include <algorithm>
#include <utility>

#include "orchestrator/client/reply_fields.hpp"
#include "proto/base/clock.hpp"
#include "proto/base/log.hpp"

namespace muster::provision {
namespace {

using std::chrono::milliseconds;

}  // namespace

Provisioner::Provisioner(Parts parts, std::string as, std::size_t in_flight)
    : parts_(parts),
      as_(std::move(as)),
      in_flight_(in_flight),
      nodes_(parts.rules.last().retry_first, parts.rules.last().retry_most),
      turns_({parts.collective, nodes_, parts.waits.timers(), parts.rules.last().name, as_}),
      next_(parts.waits.timers()),
      telling_(parts.world, parts.collective, parts.waits.timers().clock()) {
  telling_.on_end([this] {
    if (on_end_) on_end_();
  });
}

KnownNode* Provisioner::make_known(const std::string& identity) {
  auto* node = nodes_.make(identity);
  if (node == nullptr)
    log::error("too many nodes wait to be provisioned; one is left out until others are finished",
               {{"limit", std::to_string(kNodesMax)}, {"node", identity}});
  return node;
}

// Who waits for its turn already, waits since then.
void Provisioner::due_now(const std::string& identity) {
  const auto due = nodes_.due(identity);
  nodes_.set_due(identity, due ? std::min(*due, now()) : now());
  look_soon();
}

void Provisioner::joined(const Joiner& joiner) {
  const auto* before = nodes_.find(joiner.identity);
  const bool known =
      before != nullptr && before->join && before->join->client_id == joiner.address.client_id;
  auto* node = make_known(joiner.identity);
  if (node == nullptr) return;
  node->facts = std::make_shared<const Value>(joiner.facts);
  nodes_.set_join(joiner.identity, joiner.address);
  node->joined_with = joiner.key_fingerprint;
  node->address = joiner.told_address;
  node->replaces = joiner.replaces;
  // Another machine that was given the name has its address in its own run.
  if (const auto run = runs_.find(joiner.identity);
      run != runs_.end() && run->second.attempt->record().key_fingerprint == joiner.key_fingerprint)
    run->second.attempt->now_at(joiner.told_address);
  node->grant = joiner.grant;
  node->token = joiner.token;
  node->token_workflow = joiner.workflow;
  const bool has_its_time =
      known && node->away_since_ms == 0 && !nodes_.is_ripe(joiner.identity, now());
  if (node->running || has_its_time) return;
  due_now(joiner.identity);
}

// A run that is under way has its own copy of the address; the next attempt must not use a dead one.
void Provisioner::left(const std::string& client_id) {
  const auto identity = nodes_.joined_as(client_id);
  if (!identity.empty()) nodes_.set_join(identity, std::nullopt);
}

void Provisioner::member_changed(const std::string& identity) {
  const auto facts = parts_.collective.member(identity);
  if (!facts) return;
  if (const auto* known = nodes_.find(identity); known != nullptr && known->running) return;
  // Another finished it while we waited: not answered, a claim of ours would begin a run, and hide the record of that one.
  if (is_in_production(parts_.collective, identity)) return leave_finished(identity);
  if (!wants_to_go_on(identity, client::text_at(*facts, "provision"))) return;
  auto* node = make_known(identity);
  if (node == nullptr) return;
  nodes_.set_join(identity, std::nullopt);
  node->token.clear();
  node->token_workflow.clear();
  node->facts = facts;
  const bool has_its_time =
      nodes_.due(identity) && !nodes_.is_ripe(identity, now()) && node->away_since_ms == 0;
  if (!has_its_time) due_now(identity);
}

// An order reaches whoever answers first. To the others the node failed, and what fails is never due by itself.
void Provisioner::record_heard(const std::string& identity) {
  const auto* node = nodes_.find(identity);
  if (node == nullptr || !node->join || node->running || nodes_.due(identity)) return;
  const auto record = parts_.collective.record(identity);
  const bool asks_itself =
      record && record->claim && record->claim->key_fingerprint == node->joined_with;
  if (!record || asks_itself || record->orchestrator == as_) return;
  if (record->state != "running" && record->state != "waiting") return;
  const auto until_ms =
      std::max(record->retry_at_ms,
               record->updated_at_ms + milliseconds(parts_.rules.longest_lease()).count());
  const auto left = std::max<std::int64_t>(0, until_ms - parts_.world.unix_ms());
  nodes_.set_due(identity, now() + milliseconds(left) + kAfterForeignLease);
  look_soon();
}

// Of a node without a certificate masters may be at what that one asked of them last, which only its lease's end bounds. Should it
// be back, it claims anew: what we name is the lease that it had.
void Provisioner::orchestrator_left(const std::string& orchestrator) {
  for (const auto& identity : nodes_.held_by(orchestrator)) {
    auto* node = nodes_.find(identity);
    if (node->running || node->join || !parts_.collective.member(identity)) continue;
    node->instead_of = std::exchange(node->holder, {}).fence;
    due_now(identity);
  }
}

void Provisioner::leave_finished(const std::string& identity) {
  if (nodes_.find(identity) == nullptr) return;
  log::info("nothing to do: it is finished", {{"node", identity}});
  nodes_.erase(identity);
}

bool Provisioner::wants_to_go_on(const std::string& identity, const std::string& state) const {
  if (state != "failed") return state == "waiting" || state == "claimed";
  const auto record = parts_.collective.record(identity);
  return record && record->state == "waiting" && !record->claim;
}

void Provisioner::masters_seen(std::set<std::string> states) {
  const bool more = !std::includes(masters_.begin(), masters_.end(), states.begin(), states.end());
  masters_ = std::move(states);
  if (!more) return;
  nodes_.go_on_with_held_up(now());
  look_soon();
}

void Provisioner::workflow_heard() {
  nodes_.go_on_with_held_up(now());
  look_soon();
}

void Provisioner::look_soon() {
  next_.set(milliseconds(0), [this] { start_due(); });
}

void Provisioner::start_due() {
  if (parts_.waits.stopping()) return;
  nodes_.ripen(now());
  while (runs_.size() < in_flight_) {
    const auto first = nodes_.first_in_turn();
    if (!first) break;
    if (is_reachable(*first))
      start_run(*first);
    else
      nodes_.set_due(*first, std::nullopt);
  }
  // Who is due and found no place is looked at when one is free.
  const auto next = nodes_.next_due();
  if (next && runs_.size() >= in_flight_) return turns_.someone_waits();
  if (!next) return;
  next_.set(std::chrono::ceil<milliseconds>(std::max(*next - now(), TimePoint::duration(0))),
            [this] { start_due(); });
}

// Who is banned or away is not tried: it comes again when the ban is lifted, with its next announcement, or its presence.
bool Provisioner::is_reachable(const std::string& identity) {
  return !parts_.collective.is_banned(identity) &&
         (nodes_.find(identity)->join || parts_.collective.member(identity));
}

RunInput Provisioner::input_of(const std::string& identity, KnownNode& node) const {
  RunInput input{identity, node.join, node.facts, parts_.collective.record(identity),
                 std::exchange(node.anew, false)};
  if (const auto last = parts_.collective.newest(identity))
    input.last_began_at_ms = last->started_at_ms;
  if (input.anew) input.before.reset();
  if (input.before) input.before->queued_at_ms = 0;
  input.newest = [this, identity] { return parts_.collective.newest(identity); };
  input.instead_of = std::exchange(node.instead_of, 0);
  if (!node.join) return input;
  input.key_fingerprint = node.joined_with;
  input.address = node.address;
  input.grant = node.grant;
  return input;
}

// Another orchestrator let that one in, of which we had not heard when we let in this one.
bool Provisioner::is_anothers_name(const KnownNode& node, const RunInput& input) const {
  if (!node.join || node.replaces || !input.before) return false;
  const auto& before = *input.before;
  const bool goes_on = before.state == "running" || before.state == "waiting";
  return goes_on && before.orchestrator != as_ && !before.key_fingerprint.empty() &&
         before.key_fingerprint != node.joined_with;
}

void Provisioner::start_run(const std::string& identity) {
  auto& node = *nodes_.find(identity);
  auto input = input_of(identity, node);
  input.tell_later = [this](client::Record record) { tell_people(std::move(record)); };
  // Also of who is to begin anew, whose run knows nothing of before.
  const auto known = parts_.collective.record(identity);
  const auto state = known ? known->state : std::string();
  if (state == client::kCancelled || state == client::kLeaving) {
    nodes_.set_due(identity, std::nullopt);  // until an operator says otherwise
    return;
  }
  // Its last word came after we had given that try up.
  const bool is_done = state == "finished" && is_in_production(parts_.collective, identity);
  if (is_done && !input.anew && (!node.join || node.joined_with == known->key_fingerprint))
    return leave_finished(identity);
  if (is_anothers_name(node, input)) {
    log::warning("another machine is on its way under this name: the first keeps it",
                 {{"node", identity}, {"address", node.address}, {"first", input.before->address}});
    return nodes_.erase(identity);  // the desk lets it wait when it announces itself again
  }
  const auto present = present_workflow(node, input);
  input.has_workflow = texts_for(input, present);
  auto workflow = workflow_begun(node, input);
  if (!workflow && !present) {
    node.anew = input.anew;  // for when there is one
    node.instead_of = input.instead_of;
    return wait_without_workflow(identity, present.error().message);
  }
  if (!workflow) workflow = *present;
  input.present = present ? (*present)->hash : "";
  node.holder = {};
  node.approved = false;
  nodes_.begin(identity);
  auto& run = runs_[identity];
  run.workflow = std::move(workflow);
  run.attempt = std::make_unique<NodeRun>(
      *run.workflow, parts_.world, as_, std::move(input),
      [this](const client::Record& record) { parts_.collective.publish(record); });
  run.story = run.attempt->run();
  run.story.start([this, identity] { run_ended(identity); });  // which may be at once
}

void Provisioner::run_ended(const std::string& identity) {
  const auto at = runs_.find(identity);
  const auto ending = at->second.story.take();
  auto record = at->second.attempt->told();
  runs_.erase(at);  // its place is free
  finished(identity, ending, std::move(record));
  look_soon();
  if (on_end_) on_end_();
}

void Provisioner::finished(const std::string& identity, const Ending& ending,
                           client::Record record) {
  nodes_.end(identity, ending.held_up);
  if (!ending.node_is_away) nodes_.find(identity)->away_since_ms = 0;
  const auto woken = std::exchange(nodes_.find(identity)->woken, 0);
  if (!ending.held_up || ending.node_is_away) wake_one(1, "");
  const bool is_finished = ending.kind == Ending::Kind::finished;
  if (!is_finished && parts_.collective.member(identity)) nodes_.set_join(identity, std::nullopt);
  switch (ending.kind) {
    case Ending::Kind::finished:
      return provisioned(identity, record);
    case Ending::Kind::yielded: {
      if (is_in_production(parts_.collective, identity)) return leave_finished(identity);
      const auto left = std::max<std::int64_t>(0, ending.holder.until_ms - parts_.world.unix_ms());
      nodes_.find(identity)->holder = ending.holder;
      log::debug("another orchestrator has the node", {{"node", identity}, {"why", ending.reason}});
      return nodes_.set_due(identity, now() + milliseconds(left) + kAfterForeignLease);
    }
    case Ending::Kind::other_workflow:
      return goes_on_in(identity, ending.workflow_hash);
    case Ending::Kind::nothing_to_do:
      return log::info("nothing to do", {{"node", identity}, {"why", ending.reason}});
    case Ending::Kind::failed:
      log::error("cannot be provisioned", {{"node", identity}, {"why", ending.reason}});
      // In this order: whoever dies in between leaves a record that says that nobody was told.
      parts_.collective.publish(record);
      return tell_people(outcome_of(std::move(record)));
    case Ending::Kind::again:
      will_try_again(identity, ending, record);
      // A place that is of no use to it, whatever else it waits for now, may be of use to the next.
      if (ending.held_up && !ending.node_is_away && woken > 0) wake_one(woken + 1, identity);
      break;
  }
  parts_.collective.publish(record);
}

void Provisioner::provisioned(const std::string& identity, const client::Record& record) {
  log::info("provisioned",
            {{"node", identity},
             {"master", record.master},
             {"took_ms", std::to_string(record.finished_at_ms - record.started_at_ms)}});
  auto& node = *nodes_.find(identity);
  // Another machine was given the name while this one was on its way: it is next.
  const bool is_replaced = node.join && node.replaces && node.joined_with != record.key_fingerprint;
  if (!is_replaced) return nodes_.erase(identity);
  node.in_workflow.clear();
  node.backoff->reset();
  due_now(identity);
}

void Provisioner::will_try_again(const std::string& identity, const Ending& ending,
                                 client::Record& record) {
  auto& node = *nodes_.find(identity);
  // What it is held up for may have come while its lease was given back.
  const bool at_once = ending.held_up && !ending.node_is_away && node.approved;
  if (at_once) node.backoff->reset();
  const auto pause = at_once ? milliseconds(0) : node.backoff->next(parts_.world.random().share());
  record.retry_at_ms = parts_.world.unix_ms() + pause.count();
  if (ending.node_is_away) {
    if (node.away_since_ms == 0) node.away_since_ms = parts_.world.unix_ms();
    record.reason += " since " + base::iso8601(node.away_since_ms);
  }
  // A free place, or another master, is nothing to who is away.
  if (ending.held_up && !ending.node_is_away)
    nodes_.hold_up(identity, now() + pause, now(), ending.waits_for_place);
  else
    nodes_.set_due(identity, now() + pause);
  if (ending.waits_for_place) record.master_queued_at_ms = held_up_since_ms(identity);
  log::warning(
      ending.held_up ? "held up" : "will be tried again",
      {{"node", identity}, {"in_ms", std::to_string(pause.count())}, {"why", ending.reason}});
}

std::int64_t Provisioner::held_up_since_ms(const std::string& identity) const {
  const auto waits = now() - nodes_.held_up_since(identity).value_or(now());
  return parts_.world.unix_ms() - std::chrono::duration_cast<milliseconds>(waits).count();
}

void Provisioner::wake_one(int turn, const std::string& behind) {
  if (turn > kWokenForAPlaceMost) return;
  if (auto* node = nodes_.wake_one(now(), behind)) node->woken = turn;
}

std::optional<client::JoinAddress> Provisioner::asks_to_join(const std::string& identity) {
  const auto* node = nodes_.find(identity);
  return node == nullptr ? std::nullopt : node->join;
}

std::optional<MachineHere> Provisioner::machine_here(const std::string& identity) {
  const auto* node = nodes_.find(identity);
  if (node == nullptr || (!node->join && !node->running)) return std::nullopt;
  return MachineHere{node->joined_with, node->address};
}

bool Provisioner::go_on(const std::string& identity, bool anew) {
  auto facts = parts_.collective.member(identity);
  if (!facts && !asks_to_join(identity)) return false;
  auto* node = make_known(identity);
  if (node == nullptr) return false;
  if (node->running) return true;
  if (facts) {
    nodes_.set_join(identity, std::nullopt);
    node->token.clear();
    node->token_workflow.clear();
    node->facts = std::move(facts);
  }
  node->anew = anew;
  if (anew) node->in_workflow.clear();
  node->backoff->reset();
  due_now(identity);
  return true;
}

void Provisioner::approve(const std::string& identity, const std::string& step,
                          const std::string& by) {
  const auto at = runs_.find(identity);
  if (at == runs_.end()) return;
  at->second.attempt->approve(step, by);
  nodes_.find(identity)->approved = true;
}

void Provisioner::leave_alone(const std::string& identity) {
  if (!runs(identity)) nodes_.erase(identity);
}

std::optional<Provisioner::Stopped> Provisioner::stop(const std::string& identity) {
  if (nodes_.find(identity) != nullptr) nodes_.set_due(identity, std::nullopt);
  const auto at = runs_.find(identity);
  if (at == runs_.end()) return std::nullopt;
  Stopped stopped{at->second.attempt->told(), at->second.attempt->masters_are_at_it()};
  runs_.erase(at);
  nodes_.end(identity);
  wake_one(1, "");
  look_soon();
  if (on_end_) on_end_();
  return stopped;
}

}  // namespace muster::provision
