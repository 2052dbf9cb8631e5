#include "tests/sim/run/simulation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>

#include "tests/sim/faults/fault_player.hpp"
#include "tests/sim/faults/promises.hpp"
#include "tests/sim/node/machine.hpp"
#include "tests/sim/surroundings/root.hpp"

namespace muster::sim {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kPingTimeout{60'000};
constexpr milliseconds kCommandPatience{120'000};
// For an orchestrator to notice what nobody told it, and for links to come back, after the last node was done.
constexpr milliseconds kDust{180'000};
constexpr milliseconds kDoneAskedEvery{5'000};  // whether all are done

class Run {
 public:
  Run(const Options& options, const provision::Workflow& workflow,
      std::function<void(std::string_view)> write);
  Outcome outcome();

 private:
  static std::unique_ptr<Crypto> crypto_of(const Options& options, fakes::VirtualLoop& loop);
  void add_masters();
  void add_machines();
  void watch_the_bus();
  void look_at_it(Outcome& outcome);
  void provision_all(Outcome& outcome);
  void live_through_the_night(Outcome& outcome);
  Morning morning();

  const Options options_;
  fakes::VirtualLoop loop_;
  const std::unique_ptr<Crypto> crypto_;
  BrokerModel broker_;
  PuppetServers servers_;
  Trace trace_;
  Surroundings around_;
  const Root operators_;
  const Root orchestrators_;
  const Site site_;
  std::vector<std::unique_ptr<PuppetCa>> cas_;
  std::map<std::string, x509::Certificate> ca_of_;  // by master
  std::vector<std::unique_ptr<Machine>> machines_;
  std::optional<SimOrchestrator> orchestrator_;
  std::optional<FaultPlayer> faults_;
};

std::unique_ptr<Crypto> Run::crypto_of(const Options& options, fakes::VirtualLoop& loop) {
  if (!options.real_crypto) return hash_crypto(options.seed, loop.clock().unix_ms());
  // OpenSSL dates certificates by the machine's clock.
  loop.set_unix_ms(base::SystemClock().unix_ms());
  return real_crypto();
}

Run::Run(const Options& options, const provision::Workflow& workflow,
         std::function<void(std::string_view)> write)
    : options_(options),
      loop_(options.seed),
      crypto_(crypto_of(options, loop_)),
      broker_(loop_),
      trace_(loop_.clock(), std::move(write)),
      around_{loop_, broker_, options_.weather, *crypto_, servers_, trace_},
      operators_(*crypto_, "operator root"),
      orchestrators_(*crypto_, "orchestrator root"),
      site_{operators_.certificate, orchestrators_.certificate,
            make_token(*crypto_, make_issuer(*crypto_, operators_.certificate, operators_.key),
                       "sim", options_.token_uses, loop_.clock().unix_ms())} {
  watch_the_bus();
  add_masters();
  orchestrator_.emplace(around_, site_, "orch1", orchestrators_.certify("orch1", "orchestrator"),
                        workflow, ca_of_, options_.orchestrator);
  orchestrator_->switch_on();
  add_machines();
}

void Run::watch_the_bus() {
  broker_.watch([this](const Passage& passage) {
    const auto size = crypto_->repeats() ? std::to_string(passage.payload.size()) : "some";
    trace_.line(passage.client, fmt::format("{} {} {} bytes", passage.delivered ? "hears" : "says",
                                            passage.topic, size));
  });
}

void Run::add_masters() {
  for (std::size_t i = 1; i <= options_.masters; ++i) {
    const auto name = fmt::format("puppet{}", i);
    const auto address = fmt::format("10.0.0.{}", i);
    cas_.push_back(std::make_unique<PuppetCa>(*crypto_, loop_.clock(), name));
    servers_[address] = cas_.back().get();
    ca_of_.emplace(name, cas_.back()->certificate());
    machines_.push_back(std::make_unique<Machine>(
        around_, site_, MachineSpec{name, address, {{"country", "de"}}, cas_.back().get()},
        options_.runs));
    machines_.back()->switch_on();
  }
}

void Run::add_machines() {
  for (std::size_t i = 1; i <= options_.nodes; ++i) {
    MachineSpec spec{fmt::format("n{}", i), fmt::format("10.1.{}.{}", i / 250, i % 250),
                     Value{{"country", "de"}, {"number", i}}};
    machines_.push_back(std::make_unique<Machine>(around_, site_, std::move(spec), options_.runs));
    const auto at = loop_.share() * static_cast<double>(options_.switched_on_within.count());
    loop_.after(milliseconds(static_cast<std::int64_t>(at)), [machine = machines_.back().get()] {
      if (!machine->is_on()) machine->switch_on();  // else a fault was there before
    });
  }
}

void Run::look_at_it(Outcome& outcome) {
  std::vector<x509::Certificate> all;
  for (const auto& [master, ca] : ca_of_) all.push_back(ca);
  SimOperator alice(around_, site_, "alice", operators_.certify("alice", "operator"), all);
  bool done = false;
  alice.find([&](Cost cost) {
    outcome.find = cost;
    alice.ping(kPingTimeout, [&](Cost of_ping) {
      outcome.ping = of_ping;
      done = true;
    });
  });
  (void)loop_.advance_until([&] { return done; }, kCommandPatience);
}

Morning Run::morning() {
  return {around_, site_, cas_, machines_, *orchestrator_, faults_->has_forgotten()};
}

void Run::provision_all(Outcome& outcome) {
  const auto count = [this](std::string_view state) { return orchestrator_->count(state); };
  const auto done = [&] {
    return count("finished") + count("failed") + count("refused") >= options_.nodes;
  };
  (void)loop_.advance_until(done, options_.patience);
  outcome.finished = count("finished");
  outcome.failed = count("failed");
  outcome.refused = count("refused");
}

// Until all has healed, every node is done, and the dust has settled.
void Run::live_through_the_night(Outcome& outcome) {
  faults_.emplace(FaultPlayer::Stage{around_, cas_, machines_, *orchestrator_});
  faults_->play(plan_faults(
      options_.seed, {options_.faults, options_.masters, options_.nodes, options_.faults_within}));
  loop_.advance(options_.faults_within + milliseconds(1));
  const auto now = morning();
  const auto done = [&] {
    return std::all_of(machines_.begin(), machines_.end(), [&](const auto& machine) {
      return machine->spec().ca != nullptr || is_done(now, *machine);
    });
  };
  for (auto left = options_.patience; left > milliseconds(0) && !done(); left -= kDoneAskedEvery)
    loop_.advance(kDoneAskedEvery);
  loop_.advance(kDust);
  for (const auto& machine : machines_) {
    const auto& progress = machine->disk().progress;
    if (!progress) continue;
    if (progress->state == plugins::provision::State::finished) ++outcome.finished;
    if (progress->state == plugins::provision::State::failed) ++outcome.failed;
  }
  outcome.broken = broken_promises(now);
}

Outcome Run::outcome() {
  Outcome outcome;
  const auto began = loop_.clock().steady();
  if (options_.faults == FaultLevel::none)
    provision_all(outcome);
  else
    live_through_the_night(outcome);
  outcome.took = std::chrono::duration_cast<milliseconds>(loop_.clock().steady() - began);
  outcome.token_uses = orchestrator_->disk().ledger.size();
  outcome.provisioning = broker_.traffic();
  look_at_it(outcome);
  outcome.told = orchestrator_->disk().outbox.size();  // the disk took its time
  outcome.trace_lines = trace_.lines();
  outcome.trace_digest = trace_.digest();
  return outcome;
}

}  // namespace

Outcome simulate(const Options& options, const provision::Workflow& workflow,
                 std::function<void(std::string_view)> write) {
  return Run(options, workflow, std::move(write)).outcome();
}

}  // namespace muster::sim
