// A fleet played for NodeRun: every call is written down and answered by the test.
#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "orchestrator/provision/actions.hpp"

namespace muster::provision {

class FakeWorld final : public World {
 public:
  using Answer = std::function<Result<Value>(const Value& arguments)>;

  FakeWorld() {
    on("provision#claim", [this](const Value&) { return claimed; });
    on("provision#request_certificate", [](const Value&) { return Value{{"fingerprint", "f1"}}; });
    on("provision#run", [](const Value& in) {
      return Value{{"job", "job-" + in.at("step").get<std::string>()}};
    });
    on("provision#job", [](const Value&) {
      return Value{
          {"state", "finished"}, {"exit_code", 0}, {"output", "done\n"}, {"next_offset", 5}};
    });
    add_master("m-de", {{"country", "de"}});
    add_master("m-us", {{"country", "us"}});
  }

  void on(const std::string& call, Answer answer) { answers_[call] = std::move(answer); }
  void fails(const std::string& call, Errc code, const std::string& message) {
    on(call, [=](const Value&) -> Result<Value> { return fail(code, message); });
  }
  void add_master(const std::string& identity, Value facts) {
    masters.push_back(Candidate{identity, std::move(facts), true, "", 0, 0});
  }
  std::size_t count(const std::string& call) const {
    return static_cast<std::size_t>(std::count(calls.begin(), calls.end(), call));
  }

  Result<Value> call(const std::string& identity, const client::JoinAddress* join,
                     const std::string& agent, const std::string& action, const Value& arguments,
                     std::chrono::milliseconds) override {
    const auto name = agent + "#" + action;
    calls.push_back(identity + (join != nullptr ? " joining " : " ") + name);
    if (const auto done = arguments.value("done", ""); !done.empty())
      noted.push_back(action + " after " + done);
    fences.push_back(arguments.value("fence", std::int64_t{0}));
    const auto answer = answers_.find(name);
    return answer == answers_.end() ? Result<Value>(Value::object()) : answer->second(arguments);
  }
  std::vector<Result<Value>> call_masters(const std::vector<std::string>& identities,
                                          const std::string& agent, const std::string& action,
                                          const Value& arguments,
                                          std::chrono::milliseconds timeout) override {
    std::vector<Result<Value>> values;
    for (const auto& identity : identities)
      values.push_back(call(identity, nullptr, agent, action, arguments, timeout));
    return values;
  }
  std::vector<Candidate> candidates() override { return masters; }
  Result<Master> master(const std::string& identity) override {
    for (const auto& candidate : masters)
      if (candidate.identity == identity)
        return Master{identity, "10.0.0.1", "CA of " + identity, "ca-" + identity};
    return fail(Errc::unavailable, identity + " is not online");
  }
  bool enlist(const std::string& master) override { return ++enlisted[master] > 0; }
  void dismiss(const std::string& master) override { --enlisted[master]; }
  std::vector<std::string> known_masters() override {
    auto known = absent;
    for (const auto& master : masters) known.push_back(master.identity);
    return known;
  }
  Status owe_clean(const std::string& master, const std::string& certname) override {
    owed.emplace_back(master + " " + certname);
    return {};
  }
  std::string member_ca(const std::string&) override { return "ca-m-us"; }
  Status wait_member(const std::string&, std::chrono::milliseconds) override { return {}; }
  bool wait_job(const std::string&, const std::string&, std::chrono::milliseconds) override {
    return !stopping;
  }
  bool sleep(std::chrono::milliseconds time) override {
    now_ms += time.count();
    return !stopping;
  }
  std::int64_t unix_ms() override { return ++now_ms; }

  Result<Value> claimed = Value{{"fence", 7}, {"step", ""}, {"master", ""}, {"workflow", ""}};
  std::vector<Candidate> masters;
  std::vector<std::string> absent;
  bool stopping = false;
  std::vector<std::string> owed;
  std::vector<std::string> calls;
  std::vector<std::int64_t> fences;
  std::vector<std::string> noted;  // which call told the node of which finished step
  std::map<std::string, int> enlisted;
  std::int64_t now_ms = 1'000'000;

 private:
  std::map<std::string, Answer> answers_;
};

}  // namespace muster::provision
