#include "tests/sim/orchestrator/sim_world.hpp"

#include <algorithm>
#include <memory>

#include "orchestrator/client/reply_fields.hpp"
#include "orchestrator/daemon/report.hpp"
#include "orchestrator/provision/live/masters.hpp"
#include "proto/filter/filter.hpp"
#include "proto/filter/subject.hpp"
#include "proto/loop/attempt.hpp"
#include "proto/messages/event.hpp"
#include "proto/security/verifier.hpp"
#include "proto/transport/topics.hpp"

namespace muster::sim {

namespace topics = transport::topics;

namespace {

constexpr std::chrono::seconds kCleanTimeout{20};

}  // namespace

SimWorld::SimWorld(const Parts& parts) : parts_(parts), members_(parts.waits), jobs_(parts.waits) {
  parts.bus.listen(topics::event(parts.bus.site().collective, "job", "+"),
                   [this](const transport::Message& message) { hear_event(message); });
  parts.bus.on_gap({.begin = [this] { ++cut_off_; }, .end = [] {}});
}

void SimWorld::hear_event(const transport::Message& message) {
  const auto opened = security::open(message.payload, envelope::Kind::event, parts_.bus.nodes());
  if (!opened) return;
  const auto event = messages::Event::decode(opened->body);
  if (!event) return;
  const auto name = opened->signer + "/" + client::text_at(event->data, "job");
  ended_.insert(name);
  jobs_.ring(name);
}

loop::Task<Result<Value>> SimWorld::call(std::string identity,
                                         std::optional<client::JoinAddress> join,
                                         provision::Question question) {
  auto asked = parts_.calls.ask_each({std::move(identity)}, std::move(join), std::move(question));
  auto replies = co_await asked;
  co_return std::move(replies.front());
}

loop::Task<std::vector<Result<Value>>> SimWorld::call_masters(std::vector<std::string> identities,
                                                              provision::Question question) {
  return parts_.calls.ask_each(std::move(identities), std::nullopt, std::move(question));
}

loop::Task<Status> SimWorld::write(std::function<void()> change) {
  return write_to(parts_.disk, parts_.waits, std::move(change));
}

loop::Task<Status> SimWorld::owe_clean(std::string master, std::string certname,
                                       std::int64_t issued_before_ms) {
  auto writing = write([this, of_whom = std::pair(master, certname), issued_before_ms] {
    auto& owed = parts_.disk.debts[of_whom];
    owed = std::max(owed, issued_before_ms);
  });
  MUSTER_CO_TRY(co_await writing);
  parts_.bus.around().trace.line(parts_.bus.name(), master + " owes a clean of " + certname);
  co_return Status{};
}

loop::Task<Status> SimWorld::pay_debts() {
  const auto owed = parts_.disk.debts;
  for (const auto& [of_whom, issued_before_ms] : owed) {
    if (!parts_.masters.find(of_whom.first)) continue;
    auto paying = pay(of_whom.first, of_whom.second, issued_before_ms);
    co_await paying;
  }
  co_return Status{};
}

// It stays when more is owed since.
loop::Task<Status> SimWorld::pay(std::string master, std::string certname,
                                 std::int64_t issued_before_ms) {
  const auto of_master = parts_.masters.find(master);
  const bool is_its_own_now = of_master && of_master->ca_fingerprint == member_ca(certname);
  if (!is_its_own_now) {
    Value owed{
        {"certname", certname}, {"asked_at_ms", unix_ms()}, {"issued_before_ms", issued_before_ms}};
    auto asked = call_masters(
        {master}, {std::string(provision::kMasterAgent), "clean", std::move(owed), kCleanTimeout});
    const auto answers = co_await asked;
    if (!answers.front()) co_return fail(answers.front().error());
  }
  auto writing = write([this, of_whom = std::pair(master, certname), issued_before_ms] {
    const auto debt = parts_.disk.debts.find(of_whom);
    if (debt != parts_.disk.debts.end() && debt->second == issued_before_ms)
      parts_.disk.debts.erase(debt);
  });
  MUSTER_CO_TRY(co_await writing);
  parts_.bus.around().trace.line(parts_.bus.name(), master + " has cleaned " + certname);
  co_return Status{};
}

std::vector<provision::FoundMember> SimWorld::discover(const filter::Filter& filter) {
  std::vector<provision::FoundMember> found;
  for (const auto* member : parts_.presences.all())
    if (filter.matches({.identity = member->identity,
                        .facts = &member->facts,
                        .classes = &member->classes,
                        .agents = &member->agents}))
      found.push_back(
          {member->identity, member->address, std::make_shared<const Value>(member->facts)});
  return found;
}

std::string SimWorld::member_ca(const std::string& identity) {
  const auto* member = parts_.presences.find(identity);
  return member == nullptr ? "" : member->ca_fingerprint;
}

loop::Task<Status> SimWorld::wait_member(std::string identity, std::chrono::milliseconds timeout) {
  const auto& clock = parts_.bus.clock();
  const auto until = clock.steady() + timeout;
  for (auto now = clock.steady(); now < until; now = clock.steady()) {
    if (parts_.presences.find(identity) != nullptr) co_return Status{};
    auto came = members_.heard(identity, std::chrono::ceil<std::chrono::milliseconds>(until - now));
    const auto woken = co_await came;
    if (woken == loop::Woken::stopped)
      co_return fail(Errc::unavailable, "the orchestrator is stopping");
  }
  co_return fail(Errc::timeout, identity + " did not come back with its certificate");
}

loop::Task<bool> SimWorld::wait_job(std::string identity, std::string job,
                                    std::chrono::milliseconds patience) {
  const auto name = identity + "/" + job;
  bool stopped = parts_.waits.stopping();
  if (!stopped && !ended_.contains(name)) {
    auto ended = jobs_.heard(name, patience);
    stopped = co_await ended == loop::Woken::stopped;
  }
  ended_.erase(name);
  co_return !stopped;
}

loop::Task<bool> SimWorld::sleep(std::chrono::milliseconds time) {
  loop::Wait wait(parts_.waits);
  co_return co_await wait.until(time) != loop::Woken::stopped;
}

loop::Task<Status> SimWorld::notify(client::Record record) {
  auto writing = write([this, record = std::move(record)]() mutable {
    auto id = daemon::report(record).id;
    parts_.disk.outbox.emplace(std::move(id), std::move(record));
  });
  co_return co_await writing;
}

}  // namespace muster::sim
