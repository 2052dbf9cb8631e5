#include "tests/sim/program/inhabitants.hpp"

#include <fmt/format.h>

namespace muster::sim {

using std::chrono::milliseconds;

std::unique_ptr<Crypto> Inhabitants::crypto_of(const Options& options, fakes::VirtualLoop& loop) {
  if (!options.real_crypto) return hash_crypto(options.seed, loop.clock().unix_ms());
  // OpenSSL dates certificates by the machine's clock.
  loop.set_unix_ms(base::SystemClock().unix_ms());
  return real_crypto();
}

Inhabitants::Inhabitants(const Options& options, const workflow::Workflow& workflow,
                         std::function<void(std::string_view)> write)
    : loop_(options.seed),
      crypto_(crypto_of(options, loop_)),
      weather_(options.weather),
      broker_(loop_),
      trace_(loop_.clock(), std::move(write)),
      around_{loop_, broker_, weather_, *crypto_, servers_, trace_},
      operator_root_(*crypto_, "operator root"),
      orchestrator_root_(*crypto_, "orchestrator root"),
      site_{operator_root_.certificate, orchestrator_root_.certificate,
            make_token(*crypto_,
                       make_issuer(*crypto_, operator_root_.certificate, operator_root_.key), "sim",
                       options.token_uses, loop_.clock().unix_ms())} {
  watch_the_bus();
  add_masters(options);
  add_orchestrators(options, workflow);
  add_machines(options);
  add_operators(options);
}

void Inhabitants::watch_the_bus() {
  broker_.watch([this](const Passage& passage) {
    const auto size = crypto_->repeats() ? std::to_string(passage.payload.size()) : "some";
    trace_.line(passage.client, fmt::format("{} {} {} bytes", passage.delivered ? "hears" : "says",
                                            passage.topic, size));
  });
}

void Inhabitants::add_masters(const Options& options) {
  for (std::size_t i = 1; i <= options.masters; ++i) {
    const auto name = fmt::format("puppet{}", i);
    const auto address = fmt::format("10.0.0.{}", i);
    cas_.push_back(std::make_unique<PuppetCa>(*crypto_, loop_.clock(), name));
    cas_.back()->on_revoked([this, name](const std::string& of) {
      trace_.line(name, "revokes the certificate of " + of);
    });
    servers_[address] = cas_.back().get();
    ca_of_.emplace(name, cas_.back()->certificate());
    machines_.push_back(std::make_unique<Machine>(
        around_, site_, MachineSpec{name, address, {{"country", "de"}}, cas_.back().get()},
        options.runs));
    machines_.back()->switch_on();
  }
}

void Inhabitants::add_orchestrators(const Options& options, const workflow::Workflow& workflow) {
  for (std::size_t i = 1; i <= options.orchestrators; ++i) {
    const auto name = fmt::format("orch{}", i);
    orchestrators_.push_back(std::make_unique<SimOrchestrator>(
        around_, site_, name, orchestrator_root_.certify(name, "orchestrator"), workflow, ca_of_,
        options.orchestrator));
    orchestrators_.back()->switch_on();
  }
}

void Inhabitants::add_machines(const Options& options) {
  for (std::size_t i = 1; i <= options.nodes; ++i) {
    MachineSpec spec{fmt::format("n{}", i), fmt::format("10.1.{}.{}", i / 250, i % 250),
                     Value{{"country", "de"}, {"number", i}}};
    machines_.push_back(std::make_unique<Machine>(around_, site_, std::move(spec), options.runs));
    const auto at = loop_.share() * static_cast<double>(options.switched_on_within.count());
    loop_.after(milliseconds(static_cast<std::int64_t>(at)), [machine = machines_.back().get()] {
      if (!machine->is_on()) machine->switch_on();  // else a fault was there before
    });
  }
}

void Inhabitants::add_operators(const Options& options) {
  for (std::size_t i = 1; i <= options.operators; ++i)
    operators_.push_back(make_operator(fmt::format("operator{}", i)));
}

std::unique_ptr<SimOperator> Inhabitants::make_operator(const std::string& name) {
  std::vector<x509::Certificate> all;
  for (const auto& [master, ca] : ca_of_) all.push_back(ca);
  return std::make_unique<SimOperator>(around_, site_, name,
                                       operator_root_.certify(name, "operator"), std::move(all));
}

}  // namespace muster::sim
