// muster job watch: a job's output as it comes, until it ends.
#include <fmt/format.h>
#include <unistd.h>

#include <condition_variable>

#include "orchestrator/cli/commands/job.hpp"
#include "orchestrator/cli/conversation.hpp"
#include "orchestrator/cli/job/find_node.hpp"
#include "orchestrator/cli/output.hpp"
#include "orchestrator/cli/render/style.hpp"
#include "orchestrator/cli/render/text.hpp"
#include "orchestrator/client/job_follower.hpp"
#include "proto/base/guarded.hpp"
#include "proto/transport/topics.hpp"

namespace muster::cli {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kAnswerPatience{10'000};
constexpr double kWatchMostS = 7.0 * 24 * 3600;

struct JobWatchOptions {
  JobOptions job;
  std::optional<double> timeout_s;
};

// The node said that a job has ended: time to ask. What it says is not believed, only asked about.
class Hint {
 public:
  void give() {
    given_.with_lock([](bool& given) { given = true; });
    changed_.notify_all();
  }
  void wait_until(Clock::time_point until) {
    base::Locked given(given_);
    given.wait_until(changed_, until, [&] { return *given; });
    *given = false;
  }

 private:
  base::Guarded<bool> given_{false};
  std::condition_variable changed_;
};

void write_to(int fd, const std::string& text) {
  if (text.empty()) return;
  // A node must not steer the terminal; a file or a pipe gets what the job wrote.
  const auto safe = render::is_terminal(fd) ? render::printable(text) : text;
  if (fd == STDOUT_FILENO) return print(safe);
  std::fwrite(safe.data(), 1, safe.size(), stderr);
  std::fflush(stderr);
}

void show(const CommonOptions& common, const std::string& node,
          const client::JobFollower::Piece& piece) {
  if (piece.out.empty() && piece.err.empty()) return;
  if (common.json)
    return print_json_line({{"sender", node}, {"stdout", piece.out}, {"stderr", piece.err}});
  write_to(STDOUT_FILENO, piece.out);
  write_to(STDERR_FILENO, piece.err);
}

ExitCode tell_end(const CommonOptions& common, const std::string& node,
                  const client::JobFollower& follower) {
  if (common.json) {
    Value line{{"sender", node}, {"status", follower.state()}};
    if (follower.state() == "finished")
      line["exitcode"] = follower.exit_code() ? Value(*follower.exit_code()) : Value();
    print_json_line(line);
  } else if (follower.state() != "finished") {
    note(fmt::format("{}: the job is {}: it left no exit code", node,
                     render::one_line(follower.state())));
  } else if (follower.exit_code() != 0 || common.verbose) {
    note(follower.exit_code()
             ? fmt::format("{}: the job ended with exit code {}", node, *follower.exit_code())
             : node + ": the job has ended, but the node did not say with which exit code");
  }
  return follower.state() == "finished" && follower.exit_code() == 0 ? ExitCode::ok
                                                                     : ExitCode::failed;
}

struct Asking {
  Conversation& talk;
  const std::string& agent;
  const std::string& node;
};

Result<client::NodeResult> ask(const Asking& asking, const Value& arguments) {
  client::Call call;
  call.agent = asking.agent;
  call.action = client::kShellJob.action;
  call.arguments = arguments;
  call.targets = {asking.node};
  call.timeout = kAnswerPatience;
  MUSTER_ASSIGN(auto result, asking.talk.caller().call(call));
  return std::move(result.results.front());
}

Result<ExitCode> follow(const CommonOptions& common, const Asking& asking,
                        const std::string& handle, Clock::time_point deadline) {
  const auto hint = std::make_shared<Hint>();
  // Without it the end is only heard of a little later.
  const auto heard = asking.talk.link().bus().subscribe(
      transport::topics::event(asking.talk.link().collective(), "job", asking.node),
      transport::Qos::at_least_once, [hint](const transport::Message&) { hint->give(); });
  client::JobFollower follower(client::kShellJob, handle);
  bool told_silent = false;
  for (;;) {
    auto answer = ask(asking, follower.arguments());
    // While our own connection is down there is nobody to ask.
    client::NodeResult nobody;
    nobody.identity = asking.node;
    MUSTER_ASSIGN(const auto piece, follower.took(answer ? *answer : nobody));
    show(common, asking.node, piece);
    if (follower.ended()) return tell_end(common, asking.node, follower);
    if (follower.silent() && !told_silent)
      note(fmt::format("{} does not answer; the job may go on, and is asked for again",
                       asking.node));
    told_silent = follower.silent();
    if (Clock::now() >= deadline) return told_silent ? ExitCode::silent : ExitCode::failed;
    hint->wait_until(std::min(deadline, Clock::now() + follower.pause()));
  }
}

Result<ExitCode> watch(const CommonOptions& common, const JobWatchOptions& options) {
  const auto& job = options.job;
  MUSTER_TRY(job.check_handle());
  MUSTER_ASSIGN(const auto agent, job.described());
  const auto deadline =
      options.timeout_s
          ? Clock::now() +
                std::chrono::milliseconds(static_cast<std::int64_t>(*options.timeout_s * 1000))
          : Clock::time_point::max();
  Conversation talk(common, job.call.target);
  MUSTER_TRY(talk.open());
  MUSTER_ASSIGN(const auto node, job::find_node(talk, job.call, agent, job.handle));
  return follow(common, {talk, agent.name, node}, job.handle, deadline);
}

}  // namespace

void add_job_watch(Program& program, Command group) {
  const auto options = std::make_shared<JobWatchOptions>();
  Command command =
      add_command(program, group, "watch", "A job's output as it comes; exit 0 when the job did",
                  [&program, options] { return watch(program.common, *options); });
  command.option("handle", options->job.handle, "The job, as start told it")
      .required()
      .type("HANDLE");
  command
      .option("--until", options->timeout_s,
              "Stop watching after so long, exit 2; the job goes on all the same")
      .time(0.01, kWatchMostS);
  add_agent_option(command, options->job);
  add_call_options(command, options->job.call);
}

}  // namespace muster::cli
