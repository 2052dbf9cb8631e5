#include "tests/sim/run/simulation.hpp"

#include <fmt/format.h>

#include <memory>
#include <optional>

#include "tests/sim/node/machine.hpp"

namespace muster::sim {
namespace {

using std::chrono::milliseconds;

constexpr std::chrono::hours kYear{24 * 365};
constexpr milliseconds kPingTimeout{60'000};
constexpr milliseconds kCommandPatience{120'000};

x509::IssueSpec spec_of(const std::string& name, const std::string& role) {
  x509::IssueSpec spec;
  spec.common_name = name;
  spec.organizational_unit = role;
  spec.ca = role.empty();
  spec.valid_for = kYear;
  return spec;
}

// A root, and whom it certifies.
struct Root {
  Root(Crypto& its_crypto, const std::string& name)
      : crypto(its_crypto),
        key(crypto.make_key()),
        certificate(crypto.issue(spec_of(name, ""), key, nullptr, key).value()) {}
  Holder certify(const std::string& name, const std::string& role) const {
    const auto own = crypto.make_key();
    return {own, {crypto.issue(spec_of(name, role), own, &certificate, key).value()}};
  }
  Crypto& crypto;
  const x509::Key key;
  const x509::Certificate certificate;
};

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
      site_{operators_.certificate, orchestrators_.certificate, "a.join.token",
            crypto_->make_key()} {
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
    loop_.after(milliseconds(static_cast<std::int64_t>(at)),
                [machine = machines_.back().get()] { machine->switch_on(); });
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

Outcome Run::outcome() {
  Outcome outcome;
  const auto began = loop_.clock().steady();
  const auto& collective = orchestrator_->collective();
  const auto done = [&] {
    return collective.count("finished") + collective.count("failed") >= options_.nodes;
  };
  (void)loop_.advance_until(done, options_.patience);
  outcome.took = std::chrono::duration_cast<milliseconds>(loop_.clock().steady() - began);
  outcome.finished = collective.count("finished");
  outcome.failed = collective.count("failed");
  outcome.told = orchestrator_->told();
  outcome.provisioning = broker_.traffic();
  look_at_it(outcome);
  outcome.trace_lines = trace_.lines();
  outcome.trace_digest = trace_.digest();
  return outcome;
}

std::string figure(const std::string& name, double value, std::string_view unit) {
  return fmt::format(R"({{"figure": "sim_{}", "value": {:.10g}, "unit": "{}"}})", name, value,
                     unit);
}

}  // namespace

Outcome simulate(const Options& options, const provision::Workflow& workflow,
                 std::function<void(std::string_view)> write) {
  return Run(options, workflow, std::move(write)).outcome();
}

std::vector<std::string> figures(const Options& options, const Outcome& outcome) {
  const auto nodes = static_cast<double>(std::max<std::size_t>(options.nodes, 1));
  const auto& bus = outcome.provisioning;
  return {
      figure("nodes_provisioned", static_cast<double>(outcome.finished), "nodes"),
      figure("provisioned_node_published", static_cast<double>(bus.published) / nodes, "messages"),
      figure("provisioned_node_published_bytes", static_cast<double>(bus.published_bytes) / nodes,
             "bytes"),
      figure("provisioned_node_delivered", static_cast<double>(bus.delivered) / nodes, "messages"),
      figure("provisioned_node_delivered_bytes", static_cast<double>(bus.delivered_bytes) / nodes,
             "bytes"),
      figure("find_messages", static_cast<double>(outcome.find.messages), "messages"),
      figure("find_bytes", static_cast<double>(outcome.find.bytes), "bytes"),
      figure("ping_messages", static_cast<double>(outcome.ping.messages), "messages"),
      figure("ping_bytes", static_cast<double>(outcome.ping.bytes), "bytes"),
      figure("trace_lines", static_cast<double>(outcome.trace_lines), "lines")};
}

}  // namespace muster::sim
