// A real Mosquitto for one test: own ports, own folder, the configuration that `muster broker
// config` writes.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>

#include "orchestrator/broker/broker_config.hpp"
#include "orchestrator/broker/broker_folder.hpp"
#include "proto/transport/mqtt/mqtt_bus.hpp"
#include "tests/support/fakes/temp_folder.hpp"
#include "tests/support/pki/test_pki.hpp"

namespace muster::test {

inline constexpr auto kJoinPassword = "open sesame";

// Accepts connections when the constructor returns; gone with the object, and with the test program
// should that die. Failures to start end the test by an exception that carries the broker's log.
// Not thread-safe.
class Mosquitto {
 public:
  // Knows the PKI's operator root, and its Puppet CA unless told otherwise. `address`: what "localhost" is here. `fleet`: the
  // nodes that its queues are sized for.
  explicit Mosquitto(const TestPki& pki, bool know_puppet_ca = true,
                     const std::string& address = "127.0.0.1", std::size_t fleet = 1'000);
  ~Mosquitto();
  Mosquitto(const Mosquitto&) = delete;
  Mosquitto& operator=(const Mosquitto&) = delete;

  std::string nodes() const { return "localhost:" + std::to_string(config_.nodes_port); }
  std::string operators() const { return "localhost:" + std::to_string(config_.operators_port); }
  std::string orchestrators() const {
    return "localhost:" + std::to_string(config_.orchestrators_port);
  }
  std::string watchers() const { return "localhost:" + std::to_string(config_.watchers_port); }
  std::string masters() const { return "localhost:" + std::to_string(config_.masters_port); }
  std::string join() const { return "localhost:" + std::to_string(config_.join_port); }
  const broker::BrokerConfig& config() const { return config_; }
  const std::filesystem::path& capath() const { return written_.capath; }
  broker::BrokerFolder folder() const { return {config_.folder}; }
  std::string log() const;
  pid_t pid() const { return pid_; }  // -1: it does not run

  // Options for connecting as somebody of the PKI. The node is made when it is not there yet.
  transport::mqtt::Options as_node(const std::string& identity) const;
  transport::mqtt::Options as_operator(const std::string& client_id = "operator") const;
  transport::mqtt::Options as_orchestrator(const std::string& client_id = "orchestrator") const;
  transport::mqtt::Options as_watcher(const std::string& client_id = "watcher") const;
  // With that CA's certificate of its master, to deliver its revocation list.
  transport::mqtt::Options as_master(const TestCa& ca, const std::string& identity) const;
  transport::mqtt::Options as_joining(const std::string& client_id) const;

  // Its nodes may connect: the CA, and its revocation list. Before the start, or the broker must be reloaded.
  void trust(const TestCa& ca, const x509::CaCrlSpec& crl = {}) const;
  void reload();  // SIGHUP
  void start();   // again, on the same ports and with the stored messages
  void stop();    // in order (SIGTERM); retained messages are stored
  void kill();    // SIGKILL
  void pause();   // SIGSTOP: the kernel still accepts, nobody answers
  void resume();

 private:
  void configure();
  // With NAME.pem and NAME.key of the PKI, at `broker`.
  transport::mqtt::Options as(const std::string& name, const std::string& client_id,
                              const std::string& broker) const;
  bool launch();  // false when a port was taken meanwhile
  void end(int signal);
  bool listening() const;

  const TestPki& pki_;
  fakes::TempFolder folder_;
  broker::BrokerConfig config_;
  broker::WrittenConfig written_;
  pid_t pid_ = -1;
};

}  // namespace muster::test
