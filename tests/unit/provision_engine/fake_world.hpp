// A fleet played for NodeRun: every call is written down and answered by the test, in virtual time.
#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "orchestrator/provision/heard_events.hpp"
#include "orchestrator/provision/world.hpp"
#include "proto/loop/waits.hpp"
#include "proto/progress/progress.hpp"
#include "tests/support/virtual_loop/virtual_loop.hpp"

namespace muster::provision {

using progress::Progress;

class FakeWorld final : public World {
 public:
  using Answer = std::function<Result<Value>(const Value& arguments)>;

  FakeWorld();

  void on(const std::string& call, Answer answer) { answers_[call] = std::move(answer); }
  void fails(const std::string& call, Errc code, const std::string& message) {
    on(call, [=](const Value&) -> Result<Value> { return fail(code, message); });
  }
  // All steps of the workflow up to that one, with that master.
  void node_did(const workflow::Workflow& workflow, const std::string& last,
                const std::string& master);
  void add_master(const std::string& identity, Value facts) {
    masters.push_back(MasterCandidate{identity, std::move(facts), true, "", 0, 0});
  }
  std::size_t count(const std::string& call) const {
    return static_cast<std::size_t>(std::count(calls.begin(), calls.end(), call));
  }

  loop::Task<Result<Value>> call(std::string identity, std::optional<client::JoinAddress> join,
                                 Question question) override;
  loop::Task<std::vector<Result<Value>>> call_masters(std::vector<std::string> identities,
                                                      Question question) override;
  loop::Task<std::vector<MasterCandidate>> candidates() override;
  Result<Master> master(const std::string& identity) override;
  bool enlist(const std::string& master) override { return ++enlisted[master] > 0; }
  void dismiss(const std::string& master) override { --enlisted[master]; }
  void set_aside(const std::string& master, const std::string& why) override {
    aside[master] = why;
  }
  std::vector<FoundMember> discover(const filter::Filter& filter) override;
  std::vector<std::string> known_masters() override;
  loop::Task<Status> owe_clean(std::string master, std::string certname,
                               std::int64_t issued_before_ms) override {
    owed.emplace_back(master + " " + certname);
    owed_before_ms = issued_before_ms;
    co_return Status{};
  }
  std::string member_ca(const std::string&) override { return ca_of_members; }
  loop::Task<Status> wait_member(std::string identity, std::chrono::milliseconds timeout) override;
  loop::Task<bool> wait_job(std::string identity, std::string job,
                            std::chrono::milliseconds patience) override;
  loop::Task<Status> wait_event(std::string type, std::string identity, std::int64_t since_ms,
                                std::chrono::milliseconds timeout) override {
    return events.wait(std::move(type), std::move(identity), since_ms, timeout);
  }
  loop::Task<bool> sleep(std::chrono::milliseconds time) override;
  loop::Task<Result<std::string>> run_program(Program program) override {
    programs.push_back(std::move(program));
    loop::Wait wait(waits);
    co_await wait.until(latency);
    co_return program_prints;
  }
  loop::Task<Status> ban(std::string identity, std::string reason, std::string by) override {
    banned.push_back(identity + " by " + by + ": " + reason);
    co_return banning;
  }
  loop::Task<Status> notify(client::Record record) override {
    notified.push_back(std::move(record));
    co_return told_people;
  }
  std::int64_t unix_ms() override { return loop.clock().unix_ms(); }
  std::uint64_t times_cut_off() override { return cut_off; }
  loop::Random& random() override { return loop; }
  int places_taken() const;

  fakes::VirtualLoop loop;
  loop::Waits waits{loop};
  HeardEvents events{waits};
  std::chrono::milliseconds latency{20};                  // of each call
  std::map<std::string, std::chrono::milliseconds> slow;  // calls that take longer
  std::set<std::string> silent;                           // calls that nobody answers
  std::uint64_t cut_off = 0;                              // how often
  Result<Value> claimed = Value{{"fence", 7}};
  Progress told;  // the last that a node was told
  std::vector<MasterCandidate> masters;
  std::vector<std::string> absent;
  std::map<std::string, Value> members;  // by identity; each runs the agent `puppetca`
  std::vector<Program> programs;         // that were run
  Result<std::string> program_prints = std::string();
  Status told_people;  // what the outbox says
  std::vector<client::Record> notified;
  std::string ca_of_members = "ca-m-us";     // empty: none is online
  std::map<std::string, std::string> aside;  // masters, and why
  std::vector<std::string> owed;
  std::vector<std::string> banned;
  Status banning;                   // what comes of it
  std::int64_t owed_before_ms = 0;  // the last of them
  std::vector<std::string> calls;
  std::vector<std::int64_t> fences;
  std::vector<std::string> noted;  // which call told the node of which steps that it did not know
  std::map<std::string, int> enlisted;

 private:
  void note(const std::string& action, const Value& progress);
  Result<Value> answer(const std::string& name, const Value& arguments);

  std::map<std::string, Answer> answers_;
};

}  // namespace muster::provision
