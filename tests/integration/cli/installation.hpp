// What somebody has who typed `muster init` and `muster broker config` and started Mosquitto: an operator's folder and
// a broker, in folders and on ports of their own.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "tests/integration/cli/process.hpp"
#include "tests/support/fakes/temp_folder.hpp"

namespace muster::test {

// Accepts connections when the constructor returns, and is gone with the object. A failure to start ends the test by an
// exception with the output of whoever failed.
class Installation {
 public:
  enum class With { broker, no_broker };
  // `fleet`: nodes that the broker's queues are sized for; 0: as many as `muster broker config` thinks. `host`: the address of
  // this machine's at which the broker listens.
  explicit Installation(With with = With::broker, std::size_t fleet = 0,
                        std::string host = "127.0.0.1");
  Installation(const Installation&) = delete;
  Installation& operator=(const Installation&) = delete;

  // `muster WORDS`, as the first operator unless $MUSTER_CONFIG says otherwise.
  Finished muster(const std::vector<std::string>& words) const;
  Finished muster_with(const std::filesystem::path& config,
                       const std::vector<std::string>& words) const;

  std::filesystem::path file(const std::filesystem::path& name) const { return folder_ / name; }
  std::filesystem::path in_operator(const std::string& name) const {
    return file("operator") / name;
  }
  std::filesystem::path config() const { return in_operator("muster.yaml"); }
  std::filesystem::path capath() const { return file("broker/puppet-cas"); }
  std::string nodes() const { return address(ports_[0]); }
  std::string join() const { return address(ports_[2]); }
  std::string operators() const { return address(ports_[1]); }
  std::string orchestrators() const { return address(ports_[3]); }
  std::string watchers() const { return address(ports_[4]); }
  std::uint16_t masters_port() const { return ports_[5]; }
  const fakes::TempFolder& folder() const { return folder_; }

  // The words of `muster broker config` for this broker.
  std::vector<std::string> broker_config() const;

  // The first orchestrator, once it serves; its state and audit are in file("orchestrator"). Without a workflow it has the one that is installed.
  // `before`: what the program is run by, "/usr/bin/env NAME=VALUE".
  std::unique_ptr<Daemon> start_orchestrator(const std::filesystem::path& workflow = {},
                                             const std::vector<std::string>& before = {}) const;

  Daemon& broker() { return *broker_; }
  // Mosquitto, again on the same ports.
  void start_broker();
  // As its own clock does every minute: what it retains is on disk afterwards.
  void store_retained();

 private:
  std::string address(std::uint16_t port) const { return host_ + ":" + std::to_string(port); }
  void configure();
  std::vector<std::string> with_ports(std::vector<std::string> words) const;
  bool listening() const;
  bool try_broker();

  const std::size_t fleet_;
  const std::string host_;
  fakes::TempFolder folder_;
  std::vector<std::uint16_t> ports_;
  std::unique_ptr<Daemon> broker_;
};

}  // namespace muster::test
