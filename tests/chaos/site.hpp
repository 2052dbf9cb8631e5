// The parties of a run: Mosquitto and its watcher, orchestrators, masters, and groups of nodes, each with a network of its own.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "tests/chaos/fault_plan.hpp"
#include "tests/chaos/gather.hpp"
#include "tests/chaos/options.hpp"
#include "tests/chaos/part.hpp"
#include "tests/chaos/wire.hpp"

namespace muster::chaos {

// Everything below kRunFolder (apart.hpp); each orchestrator's state is on a small disk of its own. Every failure to set up is an
// exception that says what failed. On one thread.
class Site {
 public:
  // Broker, orchestrators and masters are there when it returns, and the masters' CAs are trusted; no node is.
  explicit Site(const Options& options);
  ~Site();
  Site(const Site&) = delete;
  Site& operator=(const Site&) = delete;

  FaultScope scope() const;
  Part& broker() { return *broker_; }
  std::vector<std::unique_ptr<Part>>& orchestrators() { return orchestrators_; }
  std::vector<std::unique_ptr<Part>>& groups() { return groups_; }
  std::vector<std::unique_ptr<Part>>& masters() { return masters_; }
  // The party whose network that is, see Fault::whom.
  const std::string& party(std::size_t whom) const { return parties_.at(whom); }
  Wire& wire() { return wire_; }
  const std::string& delays_by() const { return wire_.delays_by(); }
  // All that the broker retained is lost; while it is down.
  void forget_retained() const;
  // Of that orchestrator's disk; in pairs, as Part's.
  void fill_disk(std::size_t orchestrator);
  void empty_disk(std::size_t orchestrator);
  // To be called often: see Part.
  void look();
  std::size_t ends() const;  // of all parts, by themselves

  Evidence gather(Outboxes outboxes) const;

 private:
  void start_broker();
  void add_orchestrator(std::size_t number);
  void add_masters();
  void trust_masters();
  void add_groups(const std::filesystem::path& token);
  std::unique_ptr<Part> part(const std::string& name, std::vector<std::string> command);
  std::vector<std::string> swarm(std::vector<std::string> more) const;
  std::filesystem::path write_workflow() const;
  void until(const std::string& what, const std::function<bool()>& condition);

  const Options options_;
  Wire wire_;
  test::Installation installation_;
  Places places_;
  std::vector<std::string> parties_;
  std::unique_ptr<Part> broker_;
  std::unique_ptr<Part> watch_;
  std::vector<std::unique_ptr<Part>> orchestrators_;
  std::vector<std::unique_ptr<Part>> masters_;
  std::vector<std::unique_ptr<Part>> groups_;
  std::vector<int> full_;  // by orchestrator
};

}  // namespace muster::chaos
