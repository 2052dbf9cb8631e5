// Replies to calls that were sent with --reply-to.
#include <fmt/format.h>
#include <unistd.h>

#include <condition_variable>

#include "orchestrator/cli/call_options.hpp"
#include "orchestrator/cli/commands/commands.hpp"
#include "orchestrator/cli/output.hpp"
#include "orchestrator/cli/render/call_text.hpp"
#include "orchestrator/cli/session.hpp"
#include "orchestrator/client/reply_stream.hpp"
#include "proto/base/guarded.hpp"
#include "proto/base/names.hpp"
#include "proto/base/printable.hpp"

namespace muster::cli {
namespace {

constexpr double kRepliesMostS = 7 * 24 * 3600;

struct RepliesOptions {
  std::string session;
  std::string target;
  std::optional<double> timeout_s;
  std::optional<std::size_t> count;
};

// Counts what comes, and tells the waiting thread when it is enough.
class Enough {
 public:
  explicit Enough(std::optional<std::size_t> count) : count_(count) {}
  void took(bool ok) {
    const base::Locked state(state_);
    ++state->taken;
    if (!ok) ++state->failed;
    changed_.notify_all();
  }
  ExitCode wait(std::optional<double> seconds) {
    base::Locked state(state_);
    const auto done = [&] { return count_ && state->taken >= *count_; };
    if (seconds)
      state.wait_for(changed_, std::chrono::duration<double>(*seconds), done);
    else
      state.wait(changed_, done);
    if (count_ && state->taken < *count_) return ExitCode::silent;
    return state->failed == 0 ? ExitCode::ok : ExitCode::failed;
  }

 private:
  struct State {
    std::size_t taken = 0;
    std::size_t failed = 0;
  };
  const std::optional<std::size_t> count_;
  base::Guarded<State> state_;
  std::condition_variable changed_;
};

Result<ExitCode> replies(const CommonOptions& common, const RepliesOptions& options) {
  MUSTER_TRY(base::check_word("session", options.session));
  MUSTER_ASSIGN(const auto link, connect(common, options.target));
  Enough enough(options.count);
  const auto show = [&](const client::StreamedReply& reply) {
    auto line = render::reply_json(reply.node);
    line["agent"] = reply.agent;
    line["action"] = reply.action;
    line["requestid"] = reply.request_id;
    line.erase("time_ms");  // nobody here knows when it was asked
    if (common.json)
      print_json_line(line);
    else
      print(fmt::format("{}#{} {}\n", base::one_line(reply.agent), base::one_line(reply.action),
                        base::one_line(reply.request_id)) +
            render::node_text(reply.node, ddl::Action(), render::Style::of(STDOUT_FILENO)));
    enough.took(reply.node.outcome == client::Outcome::ok);
  };
  MUSTER_ASSIGN(const auto stream, client::ReplyStream::open(*link, options.session, show, note));
  note(fmt::format("waiting for replies to session {}", options.session));
  const auto code = enough.wait(options.timeout_s);
  link->bus().disconnect();
  return code;
}

}  // namespace

void add_replies(Program& program) {
  const auto options = std::make_shared<RepliesOptions>();
  Command command =
      add_command(program, program.root(), "replies", "Replies to calls sent with --reply-to",
                  [&program, options] { return replies(program.common, *options); });
  command.option("session", options->session, "The word that --reply-to was given")
      .required()
      .type("SESSION");
  command.option("--count", options->count, "End after so many").type("N");
  command
      .option("-t,--timeout", options->timeout_s, "End after so long; exit 3 if --count is short")
      .time(0.01, kRepliesMostS);
  command.option("-T,--target", options->target, "Collective to listen in").type("COLLECTIVE");
}

}  // namespace muster::cli
