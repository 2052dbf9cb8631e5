// An operator of a simulated site, who gives one command after the other.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "tests/sim/broker/cable.hpp"
#include "tests/sim/operator/operator_command.hpp"

namespace muster::sim {

// On the loop's thread. What it is given must outlive it.
class SimOperator {
 public:
  // `cas`: the Puppet CAs that it believes.
  SimOperator(Surroundings& around, const Site& site, std::string name, Holder holder,
              std::vector<x509::Certificate> cas);
  ~SimOperator();

  // One command, with all of its own: link, session, keys. Once the one before has ended. `then` may be empty.
  void give(Way way, std::chrono::milliseconds timeout,
            std::function<void(const CommandStory&)> then);
  // Gives commands of each way in turn from now on, the next one a pause after the last.
  void work(std::chrono::milliseconds pause, std::chrono::milliseconds timeout);
  // The command that is under way is the last.
  void rest() { working_ = false; }
  bool idle() const { return command_ == nullptr; }
  void plug(const Cable& cable);

  const std::string& name() const { return name_; }
  const std::vector<CommandStory>& stories() const { return stories_; }  // of those that have ended

 private:
  void ended();
  void work_on(std::size_t number, std::chrono::milliseconds pause,
               std::chrono::milliseconds timeout);

  Surroundings& around_;
  const Site& site_;
  const std::string name_;
  const Holder holder_;
  const std::vector<x509::Certificate> cas_;
  Cable cable_;
  bool working_ = false;
  std::vector<CommandStory> stories_;
  std::function<void(const CommandStory&)> then_;
  loop::Timer next_;
  std::unique_ptr<OperatorCommand> command_;
  loop::Task<CommandStory> running_;  // of the command: goes first
};

}  // namespace muster::sim
