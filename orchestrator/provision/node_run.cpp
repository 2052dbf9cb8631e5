#include "orchestrator/provision/node_run.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "proto/base/backoff.hpp"
#include "proto/base/log.hpp"
#include "proto/loop/attempt.hpp"

namespace muster::provision {
namespace {

constexpr std::chrono::milliseconds kReleaseTimeout{3'000};
constexpr int kMasterChangesMax = 8;  // in one attempt

}  // namespace

NodeRun::NodeRun(const Workflow& workflow, World& world, std::string orchestrator, RunInput node,
                 RecordHandler on_record)
    : workflow_(workflow), world_(world), node_(std::move(node)), on_record_(std::move(on_record)) {
  if (node_.before) record_ = *node_.before;
  record_.orchestrator = std::move(orchestrator);
  begin_record(!node_.before || record_.state == "finished" || record_.state == "refused" ||
               record_.run_id.empty());
}

client::Record outcome_of(client::Record record) {
  record.claim.reset();
  return record;
}

void NodeRun::begin_record(bool fresh) {
  if (fresh) {
    const auto before = std::move(record_);
    record_ = client::Record{};
    record_.orchestrator = before.orchestrator;
    record_.key_fingerprint = before.key_fingerprint;
    record_.address = before.address;
    record_.run_id = world_.random().id();
    const auto last_began_at_ms = std::max(before.started_at_ms, node_.last_began_at_ms);
    record_.started_at_ms = std::max(world_.unix_ms(), last_began_at_ms + 1);
  }
  record_.identity = node_.identity;
  if (!node_.key_fingerprint.empty()) {
    record_.key_fingerprint = node_.key_fingerprint;
    record_.address = node_.address;
    record_.claim.reset();  // whoever waited for the name has it, or somebody else now has
    record_.approval.reset();
  }
  record_.workflow = workflow_.name;
  record_.workflow_hash = workflow_.hash;
  record_.fence = 0;
  // An orchestrator that died left it running: the same attempt goes on, so that a Puppet run it
  // started is found again.
  if (fresh || record_.state != "running") ++record_.attempts;
  record_.state = "running";
  record_.finished_at_ms = 0;
  record_.retry_at_ms = 0;
  variables_["identity"] = node_.identity;
  const auto& allowed = node_.grant.extensions;
  variables_["extensions"] = allowed.empty() ? Value::object() : Value(allowed);
  variables_["alternative_names"] = node_.grant.alternative_names;
}

NodeRun::~NodeRun() {
  if (!enlisted_.empty()) world_.dismiss(enlisted_);
}

loop::Task<Ending> NodeRun::run() {
  const auto& first = workflow_.steps.front();
  if (co_await waits_for_a_person()) co_return Ending{Ending::Kind::nothing_to_do, record_.reason};
  const auto claimed = co_await claim(first);
  if (!claimed) {
    auto left = unclaimed(first, claimed.error());
    co_return co_await left;
  }
  int master_changes = 0;
  for (std::size_t i = 1; i < workflow_.steps.size(); ++i) {
    const auto& step = workflow_.steps[i];
    if (record_.finished.contains(step.name)) continue;
    if (!wanted(step)) {
      begin_step(step);
      end_step(step, "skipped", "");
      continue;
    }
    const auto done = co_await perform(step);
    if (done) continue;
    if (step.on_failure == OnFailure::other_master && master_changes++ < kMasterChangesMax &&
        done.error().code != Errc::refused && done.error().code != Errc::unavailable) {
      i = choose_another_master(step, done.error());
      continue;
    }
    auto left = give_up(step, done.error());
    co_return co_await left;
  }
  co_return finish();
}

Ending NodeRun::finish() {
  record_.state = "finished";
  record_.reason.clear();
  record_.last_output.clear();
  record_.step.clear();
  record_.finished_at_ms = world_.unix_ms();
  publish();
  return {Ending::Kind::finished, "", 0};
}

loop::Task<Ending> NodeRun::unclaimed(const Step& step, Error error) {
  if (is_finished_) co_return Ending{Ending::Kind::nothing_to_do, error.message};
  if (leased_until_ms_ > 0)
    co_return Ending{Ending::Kind::yielded, error.message, leased_until_ms_};
  auto left = give_up(step, std::move(error));
  co_return co_await left;
}

// The step to go on after. The node forgets what it did with the master that failed, so that the
// next attempt, whoever makes it, begins there too.
std::size_t NodeRun::choose_another_master(const Step& step, const Error& error) {
  excluded_[record_.master] = fmt::format("{}: {}", step.name, error.message);
  log::warning("looking for another master",
               {{"node", node_.identity}, {"instead_of", record_.master}, {"why", error.message}});
  const auto pick = std::find_if(workflow_.steps.begin(), workflow_.steps.end(),
                                 [](const Step& s) { return s.kind == Kind::pick_master; });
  for (auto undone = pick; undone != workflow_.steps.end(); ++undone)
    record_.finished.erase(undone->name);
  is_untold_ = true;
  lease_held_at_ms_ = 0;  // what we had signed under it is cleaned as well
  return static_cast<std::size_t>(pick - workflow_.steps.begin()) - 1;
}

// What a node answers never has the code `unavailable`.
Ending NodeRun::given_up(const Step& step, const Error& error) {
  Ending ending;
  ending.held_up = error.code == Errc::unavailable && excluded_.empty();
  if (ending.held_up) --record_.attempts;
  const bool exhausted = !ending.held_up && record_.attempts >= workflow_.attempts;
  const bool fatal = step.on_failure == OnFailure::fail && !ending.held_up;
  ending.kind = fatal || exhausted ? Ending::Kind::failed : Ending::Kind::again;
  ending.reason = fmt::format("{}: {}", step.name, error.message);
  if (ending.held_up && step.kind == Kind::pick_master)
    ending.reason += "; it goes on as soon as there is one";
  record_.state = ending.kind == Ending::Kind::failed ? "failed" : "waiting";
  record_.reason = ending.reason;
  return ending;
}

// The lease is given back, so that the node is free for the next attempt, whoever makes it.
loop::Task<Ending> NodeRun::give_up(const Step& step, Error error) {
  const auto ending = given_up(step, error);
  // Masters may still be at what they were asked for: nobody has the node before the lease is over.
  const bool is_under_way = step.where == Where::all_masters && error.code == Errc::unavailable;
  if (record_.fence > 0 && !is_under_way) {
    Value left_as{{"state", record_.state}, {"error", ending.reason}};
    auto asked = call_node("provision", "release", std::move(left_as), kReleaseTimeout);
    const auto released = co_await asked;
    // It does not know our fencing number any more: somebody else has the node, and tells its
    // story.
    if (!released && released.error().code == Errc::aborted)
      co_return Ending{Ending::Kind::yielded, released.error().message, world_.unix_ms()};
    if (!released)
      log::warning("cannot give the lease back; it lapses by itself",
                   {{"node", node_.identity}, {"why", released.error().message}});
  }
  publish();
  co_return ending;
}

bool NodeRun::wanted(const Step& step) const {
  switch (step.when) {
    case When::always:
      return true;
    case When::joining:
      return node_.join.has_value();
    case When::member:
      return !node_.join.has_value();
  }
  return true;
}

loop::Task<Status> NodeRun::perform(const Step& step) {
  base::Backoff backoff(step.backoff, step.backoff * 16);
  for (auto tries = begin_step(step).tries;; ++tries) {
    record_.steps.back().tries = tries;
    const auto done = co_await try_once(step);
    if (done) {
      record_.finished.insert(step.name);
      is_untold_ = true;
      end_step(step, "done", step_note_);
      co_return Status{};
    }
    const auto& error = done.error();
    const bool hopeless = error.code == Errc::refused || error.code == Errc::config;
    record_.steps.back().message = error.message;
    publish();
    log::warning("step failed", {{"node", node_.identity},
                                 {"step", step.name},
                                 {"try", fmt::format("{}/{}", tries, step.tries)},
                                 {"why", error.message}});
    bool again = !hopeless && tries < step.tries;
    if (again) again = co_await world_.sleep(backoff.next(world_.random().share()));
    if (again) continue;
    end_step(step, "failed", error.message);
    co_return done;
  }
}

loop::Task<Status> NodeRun::try_once(const Step& step) {
  step_note_.clear();
  MUSTER_CO_TRY(co_await renew_lease());
  co_return co_await perform_once(step);
}

loop::Task<Status> NodeRun::perform_once(const Step& step) {
  switch (step.kind) {
    case Kind::claim:
      break;
    case Kind::pick_master:
      co_return co_await pick_master(step);
    case Kind::call:
      co_return co_await call(step);
    case Kind::enter_collective:
      co_return co_await enter_collective(step);
    case Kind::puppet_run:
      co_return co_await puppet_run(step);
    case Kind::notify: {
      auto told = world_.notify(outcome_of(record_));
      co_return co_await told;
    }
  }
  co_return Status{};
}

client::Step& NodeRun::begin_step(const Step& step) {
  auto& line = open_step(step);
  publish();
  return line;
}

client::Step& NodeRun::open_step(const Step& step) {
  record_.step = step.name;
  client::Step line;
  line.name = step.name;
  line.state = "running";
  line.started_at_ms = world_.unix_ms();
  line.tries = 1;
  // A step done again, with another master or in another attempt, replaces its earlier line.
  std::erase_if(record_.steps, [&](const client::Step& earlier) {
    if (earlier.name != step.name) return false;
    if (earlier.state == "running") line.tries = std::max(1U, earlier.tries);
    return true;
  });
  record_.steps.push_back(std::move(line));
  return record_.steps.back();
}

void NodeRun::end_step(const Step&, const std::string& state, const std::string& message) {
  auto& line = record_.steps.back();
  line.state = state;
  line.message = message;
  line.took_ms = world_.unix_ms() - line.started_at_ms;
  publish();
}

client::Record NodeRun::told() const {
  auto told = record_;
  const bool goes_on = node_.before && node_.before->run_id == record_.run_id;
  if (told.fence == 0 && goes_on) told.fence = node_.before->fence;
  return told;
}

void NodeRun::publish() {
  record_.updated_at_ms = world_.unix_ms();
  on_record_(told());
}

}  // namespace muster::provision
