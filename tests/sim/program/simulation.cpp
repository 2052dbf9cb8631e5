#include "tests/sim/program/simulation.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "tests/sim/faults/admission_watch.hpp"
#include "tests/sim/faults/call_promises.hpp"
#include "tests/sim/faults/certificate_watch.hpp"
#include "tests/sim/faults/fault_player.hpp"
#include "tests/sim/faults/further_faults.hpp"
#include "tests/sim/faults/master_watch.hpp"
#include "tests/sim/faults/promises.hpp"
#include "tests/sim/program/inhabitants.hpp"

namespace muster::sim {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kPingTimeout{60'000};
constexpr milliseconds kCommandPatience{120'000};
// Of operators in the night.
constexpr milliseconds kBetweenCommands{5'000};
constexpr milliseconds kCallTimeout{8'000};
// For an orchestrator to notice what nobody told it, and for links to come back, after the last node was done.
constexpr milliseconds kDust{180'000};
constexpr milliseconds kDoneAskedEvery{5'000};  // whether all are done
constexpr int kSettlingTimesMax = 3;

// Each machine that is new under its name uses the token once more.
std::vector<Fault> faults_of(const Options& options) {
  const bool few_uses = options.token_uses > 0 && options.token_uses <= options.nodes;
  const FaultScope scope{options.faults,        options.masters,       options.nodes,
                         options.orchestrators, options.faults_within, options.operators};
  auto all = plan_faults(options.seed, scope);
  if (options.further_faults)
    for (const auto& fault : further_faults(options.seed, scope)) all.push_back(fault);
  std::vector<Fault> plan;
  for (std::size_t number = 0; number < all.size(); ++number) {
    const auto kind = all[number].kind;
    if (options.only_faults && !options.only_faults->contains(number)) continue;
    if (few_uses && (kind == FaultKind::reinstalled || kind == FaultKind::twin)) continue;
    plan.push_back(all[number]);
  }
  return plan;
}

class Run {
 public:
  Run(const Options& options, const workflow::Workflow& workflow,
      std::function<void(std::string_view)> write)
      : options_(options), all_(options, workflow, std::move(write)) {}
  Outcome outcome();

 private:
  void look_at_it(Outcome& outcome);
  void wait_for_operators(Outcome& outcome);
  void judge(const SimOperator& whose, Outcome& outcome) const;
  void provision_all(Outcome& outcome);
  void live_through_the_night(Outcome& outcome);
  void wait_until(const std::function<bool()>& done);
  void count_what_is_kept(Outcome& outcome) const;

  const Options options_;
  Inhabitants all_;
};

void Run::look_at_it(Outcome& outcome) {
  const auto alice = all_.make_operator("alice");
  alice->give(Way::to_all, kPingTimeout, [&](const CommandStory& story) {
    outcome.find = story.find;
    outcome.ping = story.call;
  });
  (void)all_.loop().advance_until([&] { return alice->idle(); }, kCommandPatience);
  judge(*alice, outcome);
}

void Run::judge(const SimOperator& whose, Outcome& outcome) const {
  for (const auto& story : whose.stories()) {
    for (auto& line : broken_call_promises(story)) outcome.broken.push_back(std::move(line));
    if (story.gave_up.empty()) ++outcome.commands;
  }
}

void Run::wait_for_operators(Outcome& outcome) {
  for (const auto& one : all_.operators()) one->rest();
  for (const auto& one : all_.operators()) {
    (void)all_.loop().advance_until([&] { return one->idle(); }, kCommandPatience);
    judge(*one, outcome);
  }
}

// Every orchestrator hears every record: one is asked.
void Run::provision_all(Outcome& outcome) {
  const auto count = [&](std::string_view state) {
    return all_.orchestrators().front()->count(state);
  };
  const auto done = [&] {
    return count("finished") + count("failed") + count("refused") >= options_.nodes;
  };
  (void)all_.loop().advance_until(done, options_.patience);
  outcome.finished = count("finished");
  outcome.failed = count("failed");
  outcome.refused = count("refused");
}

void Run::wait_until(const std::function<bool()>& done) {
  for (auto left = options_.patience; left > milliseconds(0) && !done(); left -= kDoneAskedEvery)
    all_.loop().advance(kDoneAskedEvery);
}

// Until all has healed, every node is done, and the dust has settled; in it, what was done may be undone once more.
void Run::live_through_the_night(Outcome& outcome) {
  FaultPlayer faults({all_.around(), all_.site(), all_.cas(), all_.machines(), all_.orchestrators(),
                      all_.operators()});
  const CertificateWatch certificates(all_.cas(), all_.orchestrators());
  const MasterWatch masters(all_.around(), all_.cas(), all_.machines(), all_.orchestrators(),
                            options_.orchestrator);
  const AdmissionWatch admissions(all_.around(), all_.machines(), all_.orchestrators());
  auto plan = faults_of(options_);
  outcome.faults = plan.size();
  faults.play(plan);
  auto& loop = all_.loop();
  const auto began_at_ms = loop.clock().unix_ms();
  loop.advance(options_.faults_within + milliseconds(1));
  const Morning morning{all_.around(),   all_.site(),          all_.cas(),
                        all_.machines(), all_.orchestrators(), faults.has_forgotten(),
                        std::move(plan), began_at_ms,          &admissions.unknowing()};
  const auto done = [&] {
    const bool all_done =
        std::all_of(all_.machines().begin(), all_.machines().end(), [&](const auto& machine) {
          return machine->spec().ca != nullptr || is_done(morning, *machine);
        });
    return all_done && members_of_retired(morning).empty();
  };
  for (int times = 0; times < kSettlingTimesMax && (times == 0 || !done()); ++times) {
    wait_until(done);
    loop.advance(kDust);
  }
  for (const auto& machine : all_.machines()) {
    const auto& progress = machine->disk().progress;
    if (!progress) continue;
    if (progress->state == plugins::provision::State::finished) ++outcome.finished;
    if (progress->state == plugins::provision::State::failed) ++outcome.failed;
  }
  outcome.broken = broken_promises(morning);
  for (auto& line : members_of_retired(morning)) outcome.broken.push_back(std::move(line));
  for (const auto& line : certificates.complaints()) outcome.broken.push_back(line);
  for (const auto& line : masters.complaints()) outcome.broken.push_back(line);
  const auto& put_back = faults.put_back();
  for (const auto& line : put_back.complaints()) outcome.broken.push_back(line);
}

void Run::count_what_is_kept(Outcome& outcome) const {
  std::set<std::string> uses;
  for (const auto& orchestrator : all_.orchestrators()) {
    const auto& ledger = orchestrator->disk().ledger;
    for (const auto& [topic, message] : ledger) uses.insert(topic);
    outcome.told += orchestrator->disk().outbox.size();
  }
  outcome.token_uses = uses.size();
  for (const auto& machine : all_.machines()) outcome.takeovers += machine->witness().takeovers();
}

Outcome Run::outcome() {
  Outcome outcome;
  const auto began = all_.loop().clock().steady();
  for (const auto& one : all_.operators()) one->work(kBetweenCommands, kCallTimeout);
  if (options_.faults == FaultLevel::none)
    provision_all(outcome);
  else
    live_through_the_night(outcome);
  outcome.took = std::chrono::duration_cast<milliseconds>(all_.loop().clock().steady() - began);
  outcome.provisioning = all_.broker().traffic();
  wait_for_operators(outcome);
  look_at_it(outcome);
  count_what_is_kept(outcome);  // disks took their time
  outcome.trace_lines = all_.trace().lines();
  outcome.trace_digest = all_.trace().digest();
  return outcome;
}

}  // namespace

Outcome simulate(const Options& options, const workflow::Workflow& workflow,
                 std::function<void(std::string_view)> write) {
  return Run(options, workflow, std::move(write)).outcome();
}

}  // namespace muster::sim
