// Which node is next, and the threads that provision them.
#include <fmt/format.h>

#include "orchestrator/client/fleet.hpp"
#include "orchestrator/client/link.hpp"
#include "orchestrator/provision/engine.hpp"
#include "proto/base/log.hpp"

namespace muster::provision {
namespace {

constexpr std::chrono::seconds kDebtsEvery{15};
constexpr std::chrono::milliseconds kAfterForeignLease{1'000};

}  // namespace

void Engine::schedule() {
  auto debts_due = now();
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    start_due();
    std::erase_if(runs_, [](Run& run) {
      if (!run.done) return false;
      run.thread.join();
      return true;
    });
    if (now() >= debts_due || fleet_changed_) {
      fleet_changed_ = false;
      debts_due = now() + kDebtsEvery;
      lock.unlock();
      masters_->pay_debts();
      lock.lock();
      continue;
    }
    auto next = debts_due;
    for (const auto& [identity, node] : nodes_)
      if (!node.running && !node.settled && node.due > now()) next = std::min(next, node.due);
    wake_.wait_until(lock, next);
  }
}

void Engine::start_due() {
  for (auto& [identity, node] : nodes_) {
    if (running_ >= options_.in_flight) return;
    if (node.running || node.settled || node.due > now()) continue;
    const bool reachable = node.join.has_value() || fleet_->find(identity).has_value();
    if (!reachable) {  // its next announcement or presence wakes it
      node.settled = true;
      continue;
    }
    start_run(identity, node);
  }
}

void Engine::start_run(const std::string& identity, Node& node) {
  node.running = true;
  ++running_;
  Candidature candidature{identity, node.join, node.facts, node.record, ""};
  auto& run = runs_.emplace_back();
  run.thread = std::thread([this, &run, candidature = std::move(candidature)]() mutable {
    this->run(std::move(candidature));
    run.done = true;
    wake_.notify_all();
  });
}

void Engine::run(Candidature candidature) {
  const auto identity = candidature.identity;
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
      return;
    }
    case Ending::Kind::failed:
      log::error("cannot be provisioned", {{"node", identity}, {"why", ending.reason}});
      node.settled = true;
      if (auto told = options_.notify(record); !told)
        log::error("cannot write the notification",
                   {{"node", identity}, {"why", told.error().message}});
      break;
    case Ending::Kind::again: {
      const auto pause = node.backoff->next();
      record.retry_at_ms = link_.clock().unix_ms() + pause.count();
      node.due = now() + pause;
      log::warning(
          "will be tried again",
          {{"node", identity}, {"in_ms", std::to_string(pause.count())}, {"why", ending.reason}});
      break;
    }
  }
  node.record = record;
  publish(record);
}

}  // namespace muster::provision
