#include "orchestrator/cli/puppet/rolling_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>

namespace muster::cli::puppet {
namespace {

using Clock = std::chrono::steady_clock;
using State = RunEnd::State;

constexpr int kWaitS = 50;  // what a node waits for the run's end before it answers anyway

bool success(int exit_code) {
  return exit_code == 0 || exit_code == 2;  // puppet agent --detailed-exitcodes
}

class OneRun {
 public:
  OneRun(client::Caller& caller, std::string identity, const RollingRun& run)
      : caller_(caller), run_(run), start_(Clock::now()) {
    end_.identity = std::move(identity);
  }

  RunEnd go() {
    Value arguments = run_.arguments.is_object() ? run_.arguments : Value::object();
    arguments["wait_s"] = kWaitS;
    auto answer = ask("runonce", arguments);
    if (!answer) return give_up(answer.error(), State::not_started);
    const auto job = answer->value("job", std::string());
    while (answer->value("state", std::string()) == "running") {
      if (Clock::now() - start_ > run_.run_limit)
        return give_up({Errc::timeout, fmt::format("its run still goes on after {} s, as job {}",
                                                   run_.run_limit.count(), job)},
                       State::failed);
      std::this_thread::sleep_for(run_.poll);
      auto next = ask("job", {{"job", job}});
      // A run may restart the agent itself; who is silent now may be back for the next question.
      if (next)
        answer = std::move(next);
      else if (next.error().code != Errc::timeout)
        return give_up(next.error(), State::failed);
    }
    return ended(*answer);
  }

 private:
  Result<Value> ask(const std::string& action, const Value& arguments) {
    return caller_.call_one(end_.identity, nullptr, "puppet", action, arguments, run_.answer_limit);
  }
  RunEnd give_up(const Error& error, State otherwise) {
    const bool silent = error.code == Errc::timeout && otherwise == State::not_started;
    return finish(silent ? State::silent : otherwise, error.message);
  }
  RunEnd ended(const Value& answer) {
    const auto state = answer.value("state", std::string());
    const auto code = answer.find("exit_code");
    if (code != answer.end() && code->is_number_integer()) end_.exit_code = code->get<int>();
    if (state != "finished") return finish(State::failed, "its run was lost: " + state);
    if (success(end_.exit_code))
      return finish(end_.exit_code == 0 ? State::unchanged : State::changed, "");
    end_.last_lines = answer.value("last_lines", std::string());
    return finish(State::failed, fmt::format("Puppet ended with {}", end_.exit_code));
  }
  RunEnd finish(State state, std::string message) {
    end_.state = state;
    end_.message = std::move(message);
    end_.took = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - start_);
    return std::move(end_);
  }

  client::Caller& caller_;
  const RollingRun& run_;
  const Clock::time_point start_;
  RunEnd end_;
};

}  // namespace

std::string_view name_of(State state) {
  switch (state) {
    case State::changed:
      return "changed";
    case State::unchanged:
      return "unchanged";
    case State::failed:
      return "failed";
    case State::not_started:
      return "not started";
    case State::silent:
      break;
  }
  return "silent";
}

std::vector<RunEnd> run_everywhere(client::Caller& caller,
                                   const std::vector<std::string>& identities,
                                   const RollingRun& run,
                                   const std::function<void(const RunEnd&)>& on_end) {
  std::vector<RunEnd> ends;
  std::mutex mutex;
  std::atomic<std::size_t> next{0};
  const auto work = [&] {
    for (auto i = next++; i < identities.size(); i = next++) {
      auto end = OneRun(caller, identities[i], run).go();
      const std::lock_guard lock(mutex);
      on_end(end);
      ends.push_back(std::move(end));
    }
  };
  std::vector<std::thread> threads;
  const auto count = std::min({run.concurrency, identities.size(), kConcurrencyMost});
  for (std::size_t i = 0; i < count; ++i) threads.emplace_back(work);
  for (auto& thread : threads) thread.join();
  std::sort(ends.begin(), ends.end(),
            [](const auto& a, const auto& b) { return a.identity < b.identity; });
  return ends;
}

}  // namespace muster::cli::puppet
