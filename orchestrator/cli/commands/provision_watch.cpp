#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <condition_variable>
#include <deque>

#include "orchestrator/cli/commands/commands.hpp"
#include "orchestrator/cli/output.hpp"
#include "orchestrator/cli/provision_session.hpp"
#include "orchestrator/cli/render/live_lines.hpp"
#include "orchestrator/cli/render/provision.hpp"
#include "orchestrator/cli/render/provision_summary.hpp"
#include "orchestrator/cli/render/text.hpp"
#include "proto/base/guarded.hpp"

namespace muster::cli {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds kTick{1};
// Changes that come together are drawn together.
constexpr std::chrono::milliseconds kDrawLeast{50};

struct ProvisionWatchOptions {
  std::optional<std::size_t> until_finished;
  std::optional<double> timeout_s;
};

// What happened, from the records' thread to the one that draws.
class Changes {
 public:
  void push(const client::Record& record) {
    base::Locked(queue_)->push_back(record);
    arrived_.notify_one();
  }
  // Whatever there is, at the latest `until`.
  std::deque<client::Record> take(Clock::time_point until) {
    base::Locked queue(queue_);
    queue.wait_until(arrived_, until, [&] { return !queue->empty(); });
    return std::exchange(*queue, {});
  }

 private:
  base::Guarded<std::deque<client::Record>> queue_;
  std::condition_variable arrived_;
};

std::size_t count_of(const std::vector<client::Record>& records, std::string_view state) {
  return static_cast<std::size_t>(
      std::count_if(records.begin(), records.end(),
                    [state](const client::Record& record) { return record.state == state; }));
}

std::size_t rows_of_terminal() {
  winsize size{};
  return ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_row : 0;
}

// One way of showing changes.
class View {
 public:
  View(const CommonOptions& common, const ProvisionSession& session)
      : json_(common.json),
        live_(!common.json && render::is_terminal(STDOUT_FILENO)),
        style_(render::Style::of(STDOUT_FILENO)),
        session_(session) {}

  void show(const std::deque<client::Record>& changes) {
    if (live_) return draw();
    for (const auto& record : changes) {
      if (json_)
        print_json_line(render::provision_json(record, now()));
      else if (record.state.empty())
        print(render::one_line(record.identity) + " forgotten\n");
      else
        print(render::provision_line(record));
    }
  }
  bool live() const { return live_; }

 private:
  std::int64_t now() const { return session_.link->clock().unix_ms(); }
  void draw() {
    const auto columns = static_cast<std::size_t>(render::columns_of(STDOUT_FILENO));
    auto records = session_.records->all();
    const auto wave = render::wave_line(render::wave_of(records, since_ms_, now()), columns);
    const auto places = render::places_in_turn(records);
    // What is on its way first: a screen shows the first of them.
    std::stable_partition(records.begin(), records.end(), [](const client::Record& record) {
      return render::shown_state(record) != "finished";
    });
    auto lines = records.empty() ? std::vector<std::string>{"Waiting for the first node …"}
                                 : render::provision_table(records, now(), style_, columns, places);
    if (!wave.empty()) lines.insert(lines.begin(), {wave, ""});
    const auto text = lines_.show(std::move(lines), rows_of_terminal());
    if (!text.empty()) print(text);
  }

  const bool json_;
  const bool live_;
  const render::Style style_;
  const ProvisionSession& session_;
  const std::int64_t since_ms_ = now();
  render::LiveLines lines_;
};

Result<ExitCode> watch_nodes(const CommonOptions& common, const ProvisionWatchOptions& options) {
  const auto changes = std::make_shared<Changes>();
  MUSTER_ASSIGN(const auto session, open_provision(common, [changes](const client::Record& record) {
                  changes->push(record);
                }));
  const auto deadline =
      options.timeout_s
          ? Clock::now() +
                std::chrono::milliseconds(static_cast<std::int64_t>(*options.timeout_s * 1000))
          : Clock::time_point::max();
  View view(common, session);
  view.show({});
  for (;;) {
    view.show(changes->take(std::min(deadline, Clock::now() + kTick)));
    const auto finished = count_of(session.records->all(), "finished");
    if (options.until_finished && finished >= *options.until_finished) {
      view.show(changes->take(Clock::now()));
      return ExitCode::ok;
    }
    if (Clock::now() >= deadline) return options.until_finished ? ExitCode::failed : ExitCode::ok;
    if (view.live()) std::this_thread::sleep_for(kDrawLeast);
  }
}

}  // namespace

void add_provision_watch(Program& program, Command parent) {
  const auto options = std::make_shared<ProvisionWatchOptions>();
  Command command =
      add_command(program, parent, "watch", "The same list, live",
                  [&program, options] { return watch_nodes(program.common, *options); });
  command
      .option("--until-finished", options->until_finished, "End when this many nodes are finished")
      .type("N")
      .range(1, 1'000'000);
  command
      .option("--timeout", options->timeout_s, "End after so long; exit 2 if too few are finished")
      .time(0.01, 7.0 * 24 * 3600);
}

}  // namespace muster::cli
