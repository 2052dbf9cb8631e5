#include "orchestrator/cli/puppet/one_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <thread>

#include "orchestrator/client/job_follower.hpp"
#include "orchestrator/client/reply_fields.hpp"
#include "plugins/puppet/exit_code.hpp"

namespace muster::cli::puppet {
namespace {

using Clock = std::chrono::steady_clock;
using State = RunEnd::State;
using client::NodeResult;
using client::Outcome;

constexpr std::chrono::seconds kWait{
    50};  // a node waits for the run's end before it answers anyway
constexpr std::chrono::seconds kWaitReserve{2};  // of the patience for that answer, to arrive
constexpr int kQuestionsLeast = 3;  // without an answer, before a node counts as silent

// Whether the answer tells of a run. One that failed is told with status 1.
bool tells(const NodeResult& answer) {
  if (answer.outcome == Outcome::ok) return true;
  return answer.outcome == Outcome::failed &&
         client::text_at(answer.data, client::kPuppetJob.state) != "running";
}

std::string why_not(const NodeResult& answer) {
  if (answer.outcome == Outcome::ok) return "answered, but nothing of its run that could be read";
  if (answer.outcome == Outcome::filtered) return "the filter does not match any more";
  if (answer.outcome == Outcome::failed && !answer.message.empty()) return answer.message;
  return fmt::format("{}: {}", name_of(answer.outcome), answer.message);
}

double seconds(std::chrono::milliseconds time) {
  return static_cast<double>(time.count()) / 1000;
}

class OneRun {
 public:
  OneRun(client::Caller& caller, std::string identity, const RollingRun& run)
      : caller_(caller), run_(run), start_(Clock::now()) {
    end_.identity = std::move(identity);
  }

  RunEnd go() {
    Value arguments = run_.arguments.is_object() ? run_.arguments : Value::object();
    arguments["wait_s"] = wait_s();
    const auto answer = ask("runonce", arguments, run_.answer_limit, run_.filter);
    if (!answer)
      return finish(answer.error().code == Errc::timeout ? State::silent : State::not_started,
                    answer.error().message);
    const auto job = client::text_at(answer->data, client::kPuppetJob.id);
    client::JobFollower follower(client::kPuppetJob, job);
    if (tells(*answer)) follower.heard(answer->data);
    if (follower.running()) return follow(job, follower);
    if (follower.state().empty() && answer->outcome != Outcome::ok)
      return finish(State::not_started, why_not(*answer));
    return ended(follower, *answer);
  }

 private:
  std::int64_t wait_s() const {
    const auto patience = std::chrono::floor<std::chrono::seconds>(run_.answer_limit);
    return std::clamp(patience - kWaitReserve, std::chrono::seconds(0), kWait).count();
  }

  // An error of our own side, or Errc::timeout.
  Result<NodeResult> ask(const std::string& action, const Value& arguments,
                         std::chrono::milliseconds patience, const filter::Text& filter = {}) {
    client::Call call;
    call.agent = "puppet";
    call.action = action;
    call.arguments = arguments;
    call.targets = {end_.identity};
    call.filter = filter;
    call.tell_mismatch = !filter.empty();
    call.timeout = patience;
    call.ttl = run_.ttl;
    MUSTER_ASSIGN(auto result, caller_.call(call));
    for (auto& node : result.results)
      if (node.identity == end_.identity && node.outcome != Outcome::silent) return std::move(node);
    auto why = fmt::format("did not answer puppet#{} within {} s", action, seconds(patience));
    if (result.unverified > 0) why += "; a reply did not verify: " + result.last_unverified;
    return fail(Errc::timeout, std::move(why));
  }

  // A run may restart the agent itself: who is silent now may be back for the next question.
  RunEnd follow(const std::string& job, client::JobFollower& follower) {
    if (job.empty()) return finish(State::failed, "runs Puppet, but did not say as which job");
    const auto patience = std::min(run_.answer_limit, run_.silent_most / kQuestionsLeast);
    auto heard = Clock::now();
    std::string missed;  // why there was no answer to the last question
    for (;;) {
      const auto silence =
          std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - heard);
      const bool too_long = Clock::now() - start_ > run_.run_limit;
      if (!missed.empty() && (too_long || silence > run_.silent_most))
        return finish(State::silent,
                      fmt::format("nothing was heard for {:.0f} s of its run, job {}: {}",
                                  seconds(silence), job, missed));
      if (too_long)
        return finish(State::failed, fmt::format("its run still goes on after {} s, as job {}",
                                                 run_.run_limit.count(), job));
      std::this_thread::sleep_for(run_.poll);
      const auto answer = ask(client::kPuppetJob.action, follower.arguments(), patience);
      missed = answer ? "" : answer.error().message;
      if (!answer) continue;
      heard = Clock::now();
      if (answer->outcome == Outcome::busy || answer->outcome == Outcome::expired) continue;
      if (!tells(*answer)) return finish(State::failed, why_not(*answer));
      follower.heard(answer->data);
      if (!follower.running()) return ended(follower, *answer);
    }
  }

  RunEnd ended(const client::JobFollower& follower, const NodeResult& answer) {
    const bool finished = follower.state() == "finished";
    if (!finished && follower.state() != "lost") return finish(State::failed, why_not(answer));
    end_.last_lines = follower.last_lines();
    if (!finished) return finish(State::failed, "its run was lost");
    if (!follower.exit_code())
      return finish(State::failed, "its run has ended, but it did not say with which exit code");
    end_.exit_code = *follower.exit_code();
    if (const auto good = plugins::puppet::check_exit_code(end_.exit_code); !good)
      return finish(State::failed, good.error().message);
    end_.last_lines.clear();
    return finish(plugins::puppet::run_changed(end_.exit_code) ? State::changed : State::unchanged,
                  "");
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

RunEnd run_once(client::Caller& caller, const std::string& identity, const RollingRun& run) {
  return OneRun(caller, identity, run).go();
}

}  // namespace muster::cli::puppet
