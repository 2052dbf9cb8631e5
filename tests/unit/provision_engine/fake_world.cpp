#include "tests/unit/provision_engine/fake_world.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <iterator>
#include <memory>
#include <numeric>

#include "proto/filter/filter.hpp"
#include "proto/filter/subject.hpp"

namespace muster::provision {
namespace {

tl::unexpected<Error> stopping() {
  return fail(Errc::unavailable, "the orchestrator is stopping");
}

}  // namespace

FakeWorld::FakeWorld() {
  // Each lease has a higher fence than the last.
  on("provision#claim", [this](const Value&) {
    const auto granted = claimed;
    if (claimed) (*claimed)["fence"] = claimed->at("fence").get<std::int64_t>() + 1;
    return granted;
  });
  on("provision#request_certificate", [](const Value&) { return Value{{"fingerprint", "f1"}}; });
  on("provision#run", [](const Value& in) {
    return Value{{"job", "job-" + in.at("step").get<std::string>()}};
  });
  on("provision#job", [](const Value&) {
    return Value{{"state", "finished"}, {"exit_code", 0}, {"output", "done\n"}, {"next_offset", 5}};
  });
  add_master("m-de", {{"country", "de"}});
  add_master("m-us", {{"country", "us"}});
}

Result<Value> FakeWorld::answer(const std::string& name, const Value& arguments) {
  const auto known = answers_.find(name);
  if (known == answers_.end()) return Value::object();
  return known->second(arguments);
}

void FakeWorld::note(const std::string& action, const Value& progress) {
  const auto before = std::exchange(told, Progress::from_value(progress).value());
  std::vector<std::string> news;
  std::set_difference(told.finished.begin(), told.finished.end(), before.finished.begin(),
                      before.finished.end(), std::back_inserter(news));
  noted.push_back(fmt::format("{} after {}", action, fmt::join(news, ", ")));
}

void FakeWorld::node_did(const workflow::Workflow& workflow, const std::string& last,
                         const std::string& master) {
  Progress done{workflow.name, workflow.hash, {}, master, "r", 8, 0};
  for (std::size_t i = 1; i <= workflow.index_of(last); ++i)
    done.finished.insert(workflow.steps[i].name);
  claimed = Value{{"fence", 9}, {"attempts", 2}, {"progress", done.to_value()}};
}

loop::Task<Result<Value>> FakeWorld::call(std::string identity,
                                          std::optional<client::JoinAddress> join,
                                          Question question) {
  if (waits.stopping() && !question.in_leaving) co_return stopping();
  const auto name = question.agent + "#" + question.action;
  calls.push_back(identity + (join ? " joining " : " ") + name);
  if (const auto at = question.arguments.find("progress"); at != question.arguments.end())
    note(question.action, *at);
  fences.push_back(question.arguments.value("fence", std::int64_t{0}));
  loop::Wait wait(waits, question.in_leaving ? loop::Wait::Stops::no : loop::Wait::Stops::yes);
  const bool answers = !silent.contains(name);
  auto reply = answers ? answer(name, question.arguments)
                       : Result<Value>(fail(Errc::timeout, identity + " did not answer " + name));
  const auto takes = slow.contains(name) ? slow.at(name) : latency;
  const auto woken = co_await wait.until(answers ? takes : question.timeout);
  if (woken == loop::Woken::stopped) co_return stopping();
  co_return reply;
}

loop::Task<std::vector<Result<Value>>> FakeWorld::call_masters(std::vector<std::string> identities,
                                                               Question question) {
  std::vector<Result<Value>> values;
  for (const auto& identity : identities) {
    auto asked = call(identity, std::nullopt, question);
    values.push_back(co_await asked);
  }
  co_return values;
}

loop::Task<std::vector<MasterCandidate>> FakeWorld::candidates() {
  auto all = masters;
  for (auto& master : all)
    if (const auto why = aside.find(master.identity); why != aside.end() && !master.is_ill()) {
      master.healthy = master.is_full = false;
      master.is_aside = true;
      master.ill_because = "set aside: " + why->second;
    }
  co_return all;
}

Result<Master> FakeWorld::master(const std::string& identity) {
  for (const auto& candidate : masters)
    if (candidate.identity == identity)
      return Master{identity, "10.0.0.1", "CA of " + identity, "ca-" + identity};
  return fail(Errc::unavailable, identity + " is not online");
}

std::vector<FoundMember> FakeWorld::discover(const filter::Filter& filter) {
  const std::vector<std::string> agents{"puppetca"};
  const std::vector<std::string> classes;
  std::vector<FoundMember> found;
  for (const auto& [identity, facts] : members)
    if (filter.matches(
            {.identity = identity, .facts = &facts, .classes = &classes, .agents = &agents}))
      found.push_back({identity, "at " + identity, std::make_shared<const Value>(facts)});
  return found;
}

std::vector<std::string> FakeWorld::known_masters() {
  auto known = absent;
  for (const auto& master : masters) known.push_back(master.identity);
  return known;
}

loop::Task<Status> FakeWorld::wait_member(std::string identity, std::chrono::milliseconds timeout) {
  loop::Wait wait(waits);
  if (!silent.contains("presence")) wait.tell();
  const auto woken = co_await wait.until(timeout);
  if (woken == loop::Woken::stopped) co_return stopping();
  if (woken == loop::Woken::late) co_return fail(Errc::timeout, identity + " did not come back");
  co_return Status{};
}

loop::Task<bool> FakeWorld::wait_job(std::string, std::string, std::chrono::milliseconds patience) {
  loop::Wait wait(waits);
  co_return co_await wait.until(patience) != loop::Woken::stopped;
}

loop::Task<bool> FakeWorld::sleep(std::chrono::milliseconds time) {
  loop::Wait wait(waits);
  co_return co_await wait.until(time) != loop::Woken::stopped;
}

int FakeWorld::places_taken() const {
  return std::accumulate(enlisted.begin(), enlisted.end(), 0,
                         [](int sum, const auto& entry) { return sum + entry.second; });
}

}  // namespace muster::provision
