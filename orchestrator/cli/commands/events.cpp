#include <fmt/format.h>
#include <unistd.h>

#include <condition_variable>
#include <deque>
#include <map>
#include <set>

#include "orchestrator/cli/call_options.hpp"
#include "orchestrator/cli/commands/commands.hpp"
#include "orchestrator/cli/output.hpp"
#include "orchestrator/cli/render/events.hpp"
#include "orchestrator/cli/session.hpp"
#include "orchestrator/client/fleet.hpp"
#include "orchestrator/client/lifecycle.hpp"
#include "proto/base/encoding.hpp"
#include "proto/base/guarded.hpp"
#include "proto/base/nearest.hpp"
#include "proto/filter/filter.hpp"
#include "proto/filter/subject.hpp"
#include "proto/transport/event_types.hpp"

namespace muster::cli {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kCompletePatience{10'000};
// A node that leaves says so before its presence goes; the two come by different threads.
constexpr std::chrono::milliseconds kLastWords{500};
constexpr std::size_t kWaitingMax = 100'000;

// Those of the bus, and the one that is made here of presence that the broker took down.
const std::vector<std::string>& known_types() {
  static const auto types = [] {
    std::vector<std::string> all(transport::kEvents.begin(), transport::kEvents.end());
    all.insert(all.begin() + 2, render::kGoneEvent);
    return all;
  }();
  return types;
}

struct EventOptions {
  std::vector<std::string> types;
  filter::Text who;
  std::optional<std::size_t> count;
  std::optional<double> timeout_s;
  std::string target;
};

// From the threads that verify to the one that prints.
class Arrivals {
 public:
  void event(const client::LifecycleEvent& event) { push({event, false}); }
  void gone(const std::string& identity, std::int64_t now_ms) {
    client::LifecycleEvent event;
    event.id = base::random_id();
    event.type = render::kGoneEvent;
    event.identity = identity;
    event.at_ms = now_ms;
    event.data = {{"reason", "its connection to the broker broke"}};
    push({std::move(event), true});
  }
  // What is to be shown: whatever there is, at the latest `until`.
  std::vector<client::LifecycleEvent> take(Clock::time_point until) {
    base::Locked state(state_);
    if (!state->lost.empty()) until = std::min(until, state->lost.front().first);
    state.wait_until(arrived_, until, [&] { return !state->queue.empty(); });
    std::vector<client::LifecycleEvent> out;
    for (auto& [event, lost] : std::exchange(state->queue, {})) {
      if (lost) {
        state->lost.emplace_back(Clock::now() + kLastWords, std::move(event));
        continue;
      }
      if (event.type == "left") state->said_goodbye[event.identity] = Clock::now();
      out.push_back(std::move(event));
    }
    take_lost(*state, out);
    return out;
  }
  std::size_t dropped() const { return base::Locked(state_)->dropped; }

 private:
  struct Item {
    client::LifecycleEvent event;
    bool lost;
  };
  struct State {
    std::deque<Item> queue;
    std::deque<std::pair<Clock::time_point, client::LifecycleEvent>> lost;  // when to be told
    std::map<std::string, Clock::time_point> said_goodbye;
    std::size_t dropped = 0;
  };
  void push(Item item) {
    const base::Locked state(state_);
    if (state->queue.size() >= kWaitingMax) {
      ++state->dropped;
      return;
    }
    state->queue.push_back(std::move(item));
    arrived_.notify_one();
  }
  static void take_lost(State& state, std::vector<client::LifecycleEvent>& out) {
    const auto now = Clock::now();
    while (!state.lost.empty() && state.lost.front().first <= now) {
      auto event = std::move(state.lost.front().second);
      state.lost.pop_front();
      if (state.said_goodbye.erase(event.identity) == 0) out.push_back(std::move(event));
    }
    std::erase_if(state.said_goodbye,
                  [now](const auto& entry) { return now - entry.second > 20 * kLastWords; });
  }

  base::Guarded<State> state_;
  std::condition_variable arrived_;
};

Status check_types(const std::vector<std::string>& types) {
  const auto& known = known_types();
  for (const auto& type : types)
    if (std::find(known.begin(), known.end(), type) == known.end())
      return fail(Errc::config, fmt::format("--type: no events of type '{}'{}", type,
                                            base::hint_for(type, known)));
  return {};
}

// Says what was not shown, and why.
void note_refused(const client::Events& events, Arrivals& arrivals) {
  if (events.refused() > 0)
    note(fmt::format("{} events did not verify; the last: {}", events.refused(),
                     events.last_refusal()));
  if (const auto lost = events.dropped() + arrivals.dropped(); lost > 0)
    note(fmt::format("{} events came faster than they could be shown", lost));
}

Result<ExitCode> watch_events(const CommonOptions& common, const EventOptions& options) {
  MUSTER_TRY(check_types(options.types));
  MUSTER_ASSIGN(const auto who, filter::Filter::parse(options.who));
  const std::set<std::string> types(options.types.begin(), options.types.end());
  MUSTER_ASSIGN(const auto link, connect(common, options.target));
  const auto arrivals = std::make_shared<Arrivals>();
  const auto watching = std::make_shared<std::atomic<bool>>(false);
  const auto& clock = link->clock();
  MUSTER_ASSIGN(const auto events,
                client::Events::watch(*link, [arrivals](const client::LifecycleEvent& event) {
                  arrivals->event(event);
                }));
  MUSTER_ASSIGN(
      const auto fleet,
      client::Fleet::watch(*link, [arrivals, watching, &clock](const client::MemberChange& change) {
        if (*watching && change.left()) arrivals->gone(change.identity, clock.unix_ms());
      }));
  MUSTER_TRY(fleet->wait_complete(kCompletePatience));
  *watching = true;
  if (common.verbose || (!common.json && render::is_terminal(STDOUT_FILENO)))
    note(fmt::format("watching {} nodes of the collective '{}'; Ctrl-C ends", fleet->size(),
                     link->collective()));
  const auto deadline =
      options.timeout_s
          ? Clock::now() +
                std::chrono::milliseconds(static_cast<std::int64_t>(*options.timeout_s * 1000))
          : Clock::time_point::max();
  const auto style = render::Style::of(STDOUT_FILENO);
  std::size_t shown = 0;
  while (Clock::now() < deadline) {
    // A far deadline overflows where the clock changes into the system's.
    const auto soon = std::min(deadline, Clock::now() + std::chrono::hours(1));
    for (const auto& event : arrivals->take(soon)) {
      if (!types.empty() && !types.contains(event.type)) continue;
      if (!who.matches({.identity = event.identity})) continue;
      if (common.json)
        print_json_line(render::cloud_event(event, link->collective()));
      else
        print(render::event_line(event, style));
      if (++shown == options.count) {
        note_refused(*events, *arrivals);
        return ExitCode::ok;
      }
    }
  }
  note_refused(*events, *arrivals);
  return options.count ? ExitCode::failed : ExitCode::ok;
}

}  // namespace

void add_events(Program& program) {
  const auto options = std::make_shared<EventOptions>();
  Command command =
      add_command(program, program.root(), "events",
                  "What happens to nodes, as it happens; CloudEvents with --json",
                  [&program, options] { return watch_events(program.common, *options); });
  exit_statuses(program, command, ExitCode::error,
                "  0  ended by --count, --timeout or a signal\n"
                "  1  wrong usage, or what stderr says\n"
                "  2  --timeout came before --count");
  command.option("--type", options->types, "Of this type only: joined, left, gone, job …")
      .type("TYPE")
      .one_word_each();
  command.option("-I,--identity", options->who.identities, "About these only: a name or /regex/")
      .type("NAME")
      .one_word_each();
  command.option("--count", options->count, "End after so many events")
      .type("N")
      .range(1, 1'000'000);
  command
      .option("--timeout", options->timeout_s,
              "End after so long; exit 2 if --count is not reached")
      .time(0.01, 7.0 * 24 * 3600);
  command.option("-T,--target", options->target, "Another collective").type("COLLECTIVE");
}

}  // namespace muster::cli
