// Which node is next, and the threads that provision them.
#include <fmt/format.h>

#include <algorithm>

#include "orchestrator/admission/turns.hpp"
#include "orchestrator/client/fleet.hpp"
#include "orchestrator/client/link.hpp"
#include "orchestrator/provision/engine.hpp"
#include "orchestrator/provision/fields.hpp"
#include "proto/base/log.hpp"
#include "proto/base/thread_name.hpp"

namespace muster::provision {
namespace {

constexpr std::chrono::seconds kLookEvery{15};
// A Puppet Server that is back while its agent never went makes no sound.
constexpr std::chrono::seconds kLookEveryWhenHeldUp{5};
// For whoever finished it to say so itself.
constexpr std::int64_t kFinishedPatienceMs = 10'000;
constexpr std::chrono::milliseconds kAfterForeignLease{1'000};

}  // namespace

void Engine::schedule() {
  base::name_thread("scheduler");
  auto look_due = now();
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    start_due();
    std::erase_if(runs_, [](Run& run) {
      if (!run.done) return false;
      run.thread.join();
      return true;
    });
    if (now() >= look_due || fleet_changed_) {
      fleet_changed_ = false;
      look_around(lock);
      look_due = now() + (anyone_held_up() ? kLookEveryWhenHeldUp : kLookEvery);
      continue;
    }
    auto next = look_due;
    for (const auto& [identity, node] : nodes_)
      if (!node.running && !node.settled && node.due > now()) next = std::min(next, node.due);
    wake_.wait_until(lock, next);
  }
}

// What no message tells. With `lock` held, but not while others are asked.
void Engine::look_around(std::unique_lock<std::mutex>& lock) {
  const bool held_up = anyone_held_up();
  lock.unlock();
  trust_->keep();
  masters_->pay_debts();
  stale_->clear();
  tell_finished();
  std::set<std::string> healthy;
  if (held_up) healthy = masters_->healthy();
  lock.lock();
  if (!held_up) return;
  const bool more = !std::includes(healthy_masters_.begin(), healthy_masters_.end(),
                                   healthy.begin(), healthy.end());
  healthy_masters_ = std::move(healthy);
  if (more) go_on_with_held_up(true);
}

bool Engine::anyone_held_up() const {
  return std::any_of(nodes_.begin(), nodes_.end(),
                     [](const auto& entry) { return entry.second.held_up; });
}

// All when there is another master; one when there is another place.
void Engine::go_on_with_held_up(bool all) {
  for (auto& [identity, node] : nodes_) {
    if (!node.held_up || node.running) continue;
    node.held_up = false;
    node.due = now();
    if (!all) return;
  }
}

// An orchestrator that died between the node's last word and its own left a record that will never
// go on.
void Engine::tell_finished() {
  const auto now_ms = link_.clock().unix_ms();
  for (auto& record : records_->all()) {
    if (record.state != "running" && record.state != "waiting") continue;
    if (now_ms - record.updated_at_ms < kFinishedPatienceMs) continue;
    const auto member = fleet_->find(record.identity);
    if (!member || text_at(member->facts, "provision") != "finished") continue;
    record.state = "finished";
    record.step.clear();
    record.reason.clear();
    record.finished_at_ms = record.updated_at_ms;
    for (auto& step : record.steps)
      if (step.state == "running") step.state = "done";
    publish(record);
  }
}

void Engine::start_due() {
  for (const auto& identity : due_in_turn()) start_run(identity, nodes_[identity]);
}

std::vector<std::string> Engine::due_in_turn() {
  if (running_ >= options_.in_flight) return {};
  std::vector<admission::InTurn> waiting;
  admission::UnderWay under_way;
  for (auto& [identity, node] : nodes_) {
    if (node.running) ++under_way[node.token];
    if (node.running || node.settled || node.due > now()) continue;
    if (link_.bans().banned(identity)) {  // it comes again when the ban is lifted
      node.settled = true;
      continue;
    }
    const bool reachable = node.join.has_value() || fleet_->find(identity).has_value();
    if (!reachable) {  // its next announcement or presence wakes it
      node.settled = true;
      continue;
    }
    const auto since =
        std::chrono::duration_cast<std::chrono::milliseconds>(node.due.time_since_epoch());
    waiting.push_back({identity, node.token, since.count()});
  }
  return admission::in_turn(std::move(waiting), std::move(under_way),
                            options_.in_flight - running_);
}

void Engine::start_run(const std::string& identity, Node& node) {
  node.running = true;
  ++running_;
  // Another orchestrator may have gone on with it meanwhile.
  auto told = records_->find(identity);
  if (told && (!node.record || told->updated_at_ms > node.record->updated_at_ms))
    node.record = std::move(told);
  if (node.anew) node.record.reset();
  Candidature candidature{identity, node.join, node.facts, node.record, node.anew, "", ""};
  if (node.join) {
    candidature.key_fingerprint = node.joined_with;
    candidature.address = node.address;
    candidature.grant = node.grant;
  }
  node.anew = false;
  node.held_up = false;
  auto& run = runs_.emplace_back();
  run.thread = std::thread([this, &run, candidature = std::move(candidature)]() mutable {
    this->run(std::move(candidature));
    run.done = true;
    wake_.notify_all();
  });
}

void Engine::run(Candidature candidature) {
  const auto identity = candidature.identity;
  base::name_thread("run " + identity);
  NodeRun attempt(
      workflow_, *world_, link_.caller(), std::move(candidature),
      [this](const client::Record& record) { publish(record); }, options_.notify);
  const auto ending = attempt.run();
  finished(identity, ending, attempt.record());
}

void Engine::finished(const std::string& identity, const Ending& ending, client::Record record) {
  const std::lock_guard lock(mutex_);
  auto& node = nodes_[identity];
  node.running = false;
  --running_;
  if (!ending.held_up) go_on_with_held_up(false);  // its place is free
  node.join = fleet_->find(identity) ? std::nullopt : node.join;
  switch (ending.kind) {
    case Ending::Kind::finished:
      log::info("provisioned",
                {{"node", identity},
                 {"master", record.master},
                 {"took_ms", std::to_string(record.finished_at_ms - record.started_at_ms)}});
      nodes_.erase(identity);
      return;
    case Ending::Kind::yielded: {
      const auto left = std::max<std::int64_t>(0, ending.leased_until_ms - link_.clock().unix_ms());
      node.due = now() + std::chrono::milliseconds(left) + kAfterForeignLease;
      log::debug("another orchestrator has the node", {{"node", identity}, {"why", ending.reason}});
      return;
    }
    case Ending::Kind::failed:
      log::error("cannot be provisioned", {{"node", identity}, {"why", ending.reason}});
      node.settled = true;
      if (auto told = options_.notify(outcome_of(record)); !told)
        log::error("cannot write the notification",
                   {{"node", identity}, {"why", told.error().message}});
      break;
    case Ending::Kind::settled:
      log::info("nothing to do", {{"node", identity}, {"why", ending.reason}});
      node.settled = true;
      return;
    case Ending::Kind::again:
      will_try_again(identity, node, ending, record);
      break;
  }
  node.record = record;
  publish(record);
}

void Engine::will_try_again(const std::string& identity, Node& node, const Ending& ending,
                            client::Record& record) {
  const auto pause = node.backoff->next();
  record.retry_at_ms = link_.clock().unix_ms() + pause.count();
  node.due = now() + pause;
  node.held_up = ending.held_up;
  log::warning(
      ending.held_up ? "held up" : "will be tried again",
      {{"node", identity}, {"in_ms", std::to_string(pause.count())}, {"why", ending.reason}});
}

}  // namespace muster::provision
