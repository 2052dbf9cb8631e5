// Who lives in a simulation: masters with their CAs, orchestrators and machines between one broker, under two roots.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tests/sim/node/machine.hpp"
#include "tests/sim/operator/sim_operator.hpp"
#include "tests/sim/orchestrator/sim_orchestrator.hpp"
#include "tests/sim/run/options.hpp"
#include "tests/sim/surroundings/root.hpp"

namespace muster::sim {

// On one thread: the loop's. `workflow` must outlive it.
class Inhabitants {
 public:
  // Masters and orchestrators are switched on at once; machines each at a moment of chance. `write`: as Trace's.
  Inhabitants(const Options& options, const workflow::Workflow& workflow,
              std::function<void(std::string_view)> write);

  fakes::VirtualLoop& loop() { return loop_; }
  BrokerModel& broker() { return broker_; }
  Surroundings& around() { return around_; }
  const Trace& trace() const { return trace_; }
  const Site& site() const { return site_; }
  const std::vector<std::unique_ptr<PuppetCa>>& cas() const { return cas_; }  // by master
  // Masters first, then nodes.
  const std::vector<std::unique_ptr<Machine>>& machines() const { return machines_; }
  const std::vector<std::unique_ptr<SimOrchestrator>>& orchestrators() const {
    return orchestrators_;
  }

  const std::vector<std::unique_ptr<SimOperator>>& operators() const { return operators_; }

  // Another one, who knows the masters' CAs.
  std::unique_ptr<SimOperator> make_operator(const std::string& name);

 private:
  static std::unique_ptr<Crypto> crypto_of(const Options& options, fakes::VirtualLoop& loop);
  void watch_the_bus();
  void add_masters(const Options& options);
  void add_orchestrators(const Options& options, const workflow::Workflow& workflow);
  void add_machines(const Options& options);
  void add_operators(const Options& options);

  fakes::VirtualLoop loop_;
  const std::unique_ptr<Crypto> crypto_;
  const Weather weather_;
  BrokerModel broker_;
  PuppetServers servers_;
  Trace trace_;
  Surroundings around_;
  const Root operator_root_;
  const Root orchestrator_root_;
  const Site site_;
  std::vector<std::unique_ptr<PuppetCa>> cas_;
  std::map<std::string, x509::Certificate> ca_of_;  // by master
  std::vector<std::unique_ptr<Machine>> machines_;
  std::vector<std::unique_ptr<SimOrchestrator>> orchestrators_;
  std::vector<std::unique_ptr<SimOperator>> operators_;
};

}  // namespace muster::sim
