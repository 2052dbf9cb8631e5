// The steps themselves.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "orchestrator/client/reply_fields.hpp"
#include "orchestrator/provision/node_run.hpp"
#include "plugins/puppet/exit_code.hpp"
#include "proto/base/log.hpp"
#include "proto/loop/attempt.hpp"

namespace muster::provision {

namespace {

constexpr std::size_t kShownBytes = 4'000;  // of a run's output, while it runs

// From the begin of a line, or at least of a character: half of one would make the record
// unreadable.
void keep_end(std::string& text) {
  if (text.size() <= kShownBytes) return;
  text.erase(0, text.size() - kShownBytes);
  const auto line = text.find('\n');
  if (line != std::string::npos && line + 1 < text.size()) {
    text.erase(0, line + 1);
    return;
  }
  const auto begin = std::find_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U;
  });
  text.erase(text.begin(), begin);
}

}  // namespace

// A member's certificate ties it to the master whose CA issued it.
Status NodeRun::pick_own_master(const std::vector<MasterCandidate>& candidates) {
  const auto ca = world_.member_ca(node_.identity);
  for (const auto& candidate : candidates) {
    const auto master = world_.master(candidate.identity);
    if (!master || master->ca_fingerprint != ca || ca.empty()) continue;
    if (!candidate.healthy)
      return fail(Errc::unavailable, fmt::format("{}, which issued this node's certificate: {}",
                                                 candidate.identity, candidate.ill_because));
    step_note_ = candidate.identity + " issued its certificate";
    return use_master(candidate.identity);
  }
  return fail(Errc::unavailable,
              "the master whose CA issued this node's certificate is not online");
}

loop::Task<Status> NodeRun::pick_master(const Step& step) {
  auto asked = world_.candidates();
  const auto candidates = co_await asked;
  if (!node_.join) co_return pick_own_master(candidates);
  auto excluded = excluded_;
  for (const auto& candidate : candidates)
    if (!candidate.may_issue(node_.identity))
      excluded.emplace(candidate.identity, "its CA may not issue the name " + node_.identity);
  const auto choice = choose_master(*node_.facts, candidates, step.facts, step.otherwise, excluded);
  if (!choice) co_return fail(choice.error());
  step_note_ = fmt::format("{} ({})", choice->identity, choice->because);
  co_return use_master(choice->identity);
}

Status NodeRun::use_master(const std::string& identity) {
  MUSTER_ASSIGN(const auto master, world_.master(identity));
  if (enlisted_ != identity) {
    if (!world_.enlist(identity))
      return fail(Errc::unavailable,
                  fmt::format("{} has as many nodes in flight as it may", identity));
    if (!enlisted_.empty()) world_.dismiss(enlisted_);
    enlisted_ = identity;
  }
  record_.master = identity;
  record_.ca_fingerprint = master.ca_fingerprint;
  variables_["master"] = master.identity;
  variables_["master_address"] = master.address;
  variables_["master_ca"] = master.ca_pem;
  return {};
}

loop::Task<Status> NodeRun::call(const Step& step) {
  MUSTER_CO_ASSIGN(Value arguments, expand(step.arguments, variables_));
  if (step.where == Where::all_masters) {
    auto asked = call_all_masters(step, std::move(arguments));
    co_return co_await asked;
  }
  Question question{step.agent, step.action, arguments, step.timeout};
  auto asked = step.where == Where::node
                   ? call_node(step.agent, step.action, std::move(arguments), step.timeout)
                   : world_.call(record_.master, std::nullopt, std::move(question));
  const auto reply = co_await asked;
  if (!reply) co_return fail(reply.error());
  for (const auto& name : step.save)
    if (const auto at = reply->find(name); at != reply->end()) variables_[name] = *at;
  co_return Status{};
}

// Every master that can must confirm. One that is down cannot; it must not stop the fleet from
// growing, nor keep the old certificate: the debt is written to disk and paid when it returns.
loop::Task<Status> NodeRun::call_all_masters(const Step& step, Value arguments) {
  auto looked = world_.candidates();
  const auto candidates = co_await looked;
  const auto known = world_.known_masters();
  std::set<std::string> later(known.begin(), known.end());
  std::vector<std::string> able;
  for (const auto& candidate : candidates) {
    const bool asked = candidate.healthy || candidate.identity == record_.master;
    if (!asked) {
      later.insert(candidate.identity);
      continue;
    }
    later.erase(candidate.identity);
    able.push_back(candidate.identity);
  }
  // A master that cleans its own certificate is none any more.
  later.erase(node_.identity);
  std::erase(able, node_.identity);
  Question question{step.agent, step.action, std::move(arguments), step.timeout};
  auto asked = world_.call_masters(std::move(able), std::move(question));
  const auto replies = co_await asked;
  for (const auto& reply : replies)
    if (!reply) co_return fail(reply.error());
  // Not what the next orchestrator has had issued, should our lease be over by now.
  const auto owed_before_ms = std::min(world_.unix_ms(), lease_middle_ms());
  for (const auto& master : later) {
    auto owed = world_.owe_clean(master, node_.identity, owed_before_ms);
    MUSTER_CO_TRY(co_await owed);
  }
  if (!later.empty())
    step_note_ = fmt::format("down, cleaned when back: {}", fmt::join(later, ", "));
  co_return Status{};
}

loop::Task<Status> NodeRun::enter_collective(const Step& step) {
  if (!node_.join) co_return Status{};
  auto told = call_node("provision", "enter_collective", Value::object(), step.timeout);
  MUSTER_CO_ASSIGN(const Value reply, co_await told);
  auto came = world_.wait_member(node_.identity, step.timeout);
  MUSTER_CO_TRY(co_await came);
  node_.join.reset();
  co_return Status{};
}

loop::Task<Status> NodeRun::puppet_run(const Step& step) {
  MUSTER_CO_ASSIGN(Value arguments, expand(step.arguments, variables_));
  // By this name the node gives back the run it has instead of starting another.
  arguments["step"] = step.name;
  record_.last_output.clear();  // of another run, it would explain nothing
  constexpr std::chrono::milliseconds kStartTimeout{20'000};
  auto asked = call_node("provision", "run", std::move(arguments), kStartTimeout);
  MUSTER_CO_ASSIGN(const Value started, co_await asked);
  const auto job = client::text_at(started, "job");
  if (job.empty()) co_return fail(Errc::unknown, "provision#run gave no job id");
  auto followed = follow_job(step, job);
  MUSTER_CO_ASSIGN(const int exit_code, co_await followed);
  co_return plugins::puppet::check_exit_code(exit_code);
}

loop::Task<Result<int>> NodeRun::follow_job(const Step& step, std::string job) {
  constexpr std::chrono::milliseconds kAskEvery{5'000};
  constexpr std::chrono::milliseconds kAskTimeout{10'000};
  constexpr int kUnansweredMax = 6;
  const auto deadline = world_.unix_ms() + step.timeout.count();
  std::int64_t offset = 0;
  for (int unanswered = 0; unanswered < kUnansweredMax && world_.unix_ms() < deadline;) {
    auto waited = world_.wait_job(node_.identity, job, kAskEvery);
    const bool goes_on = co_await waited;
    if (!goes_on)
      co_return fail(Errc::unavailable, "the orchestrator is stopping; the run goes on without it");
    MUSTER_CO_TRY(co_await renew_lease());
    Value wanted{{"job", job}, {"offset", offset}};
    auto asked = call_node("provision", "job", std::move(wanted), kAskTimeout);
    const auto status = co_await asked;
    if (!status && status.error().code != Errc::timeout) co_return fail(status.error());
    // The run may have restarted the network, or the agent that started it.
    unanswered = status ? 0 : unanswered + 1;
    if (!status) continue;
    if (const auto ended = look_at_job(*status, offset)) co_return *ended;
  }
  co_return fail(
      Errc::timeout,
      fmt::format("the run had not ended after {} s, or the node stopped answering",
                  std::chrono::duration_cast<std::chrono::seconds>(step.timeout).count()));
}

// Keeps what it printed. Nothing: it still runs.
std::optional<Result<int>> NodeRun::look_at_job(const Value& status, std::int64_t& offset) {
  record_.last_output += client::text_at(status, "output");
  keep_end(record_.last_output);
  offset = client::number_at(status, "next_offset", offset);
  // More may have been written than one answer holds.
  if (const auto lines = client::text_at(status, "last_lines"); !lines.empty())
    record_.last_output = lines;
  const auto state = client::text_at(status, "state");
  if (state == "lost")
    return fail(Errc::aborted, "the run is gone without an exit code: was the machine restarted?");
  if (state != "finished") return std::nullopt;
  return static_cast<int>(client::number_at(status, "exit_code", 1));
}

}  // namespace muster::provision
