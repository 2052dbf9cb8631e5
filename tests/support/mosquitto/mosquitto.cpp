#include "tests/support/mosquitto/mosquitto.hpp"

#include <fcntl.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <stdexcept>

#include "orchestrator/broker/capath.hpp"
#include "proto/base/files.hpp"
#include "proto/transport/mqtt/socket_to.hpp"
#include "tests/support/fakes/wait_until.hpp"
#include "tests/support/mosquitto/free_ports.hpp"

namespace muster::test {
namespace {

constexpr int kStartAttempts = 5;
constexpr auto kProgram = "/usr/sbin/mosquitto";

template <class T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message);
  return *std::move(result);
}

bool accepts(const std::string& address, std::uint16_t port) {
  const auto soon = std::chrono::steady_clock::now() + std::chrono::seconds(1);
  return transport::mqtt::connect_tcp({address, port}, soon).has_value();
}

// The child: its log to a file, dead when we are. Only calls that are safe after fork(2) in a
// threaded program.
[[noreturn]] void become_broker(const char* config, const char* log, pid_t parent) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(1);
  const int out = ::open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  ::dup2(out, STDOUT_FILENO);
  ::dup2(out, STDERR_FILENO);
  ::execl(kProgram, kProgram, "-c", config, nullptr);
  ::_exit(127);
}

}  // namespace

Mosquitto::Mosquitto(const TestPki& pki, bool know_puppet_ca, const std::string& address,
                     std::size_t fleet)
    : pki_(pki) {
  config_.address = address;
  config_.fleet = fleet;
  for (int attempt = 0; attempt < kStartAttempts; ++attempt) {
    configure();
    if (know_puppet_ca) trust(pki.puppet_ca());
    if (launch()) return;
  }
  throw std::runtime_error("Mosquitto does not start:\n" + log());
}

Mosquitto::~Mosquitto() {
  end(SIGKILL);
}

void Mosquitto::configure() {
  const auto ports = free_ports(6);
  config_.folder = folder_ / "broker";
  config_.operator_root = pki_.folder() / "root.pem";
  config_.orchestrator_root = pki_.folder() / "orchestrator-root.pem";
  config_.operator_crl = pki_.folder() / "root.crl";
  config_.orchestrator_crl = pki_.folder() / "orchestrator-root.crl";
  config_.certificate = pki_.folder() / "broker.pem";
  config_.key = pki_.folder() / "broker.key";
  config_.join_passwords = {{"join", kJoinPassword}};
  config_.nodes_port = ports[0];
  config_.operators_port = ports[1];
  config_.join_port = ports[2];
  config_.orchestrators_port = ports[3];
  config_.watchers_port = ports[4];
  config_.masters_port = ports[5];
  // Another user could not read the test's folder, and a process that changes its user outlives its
  // parent.
  const passwd* self = ::getpwuid(::geteuid());
  if (self != nullptr) config_.run_as = self->pw_name;
  written_ = must(broker::write_config(config_));
}

bool Mosquitto::launch() {
  const auto config = written_.config_file.string();
  const auto log = (folder_ / "mosquitto.log").string();
  const pid_t parent = ::getpid();
  pid_ = ::fork();
  if (pid_ < 0) throw std::runtime_error("cannot fork");
  if (pid_ == 0) become_broker(config.c_str(), log.c_str(), parent);
  const bool decided = fakes::wait_until([this] {
    if (::waitpid(pid_, nullptr, WNOHANG) == pid_) pid_ = -1;
    return pid_ < 0 || listening();
  });
  return decided && pid_ > 0;
}

void Mosquitto::trust(const TestCa& ca, const x509::CaCrlSpec& crl) const {
  must(broker::Capath(written_.capath).add(ca.certificate()));
  const auto lists = must(base::read_file(written_.node_crls)) + ca.crl(crl).pem();
  if (!base::write_file(written_.node_crls, lists))
    throw std::runtime_error("cannot write the revocation lists");
}

void Mosquitto::reload() {
  ::kill(pid_, SIGHUP);
}

void Mosquitto::start() {
  if (pid_ > 0) return;
  if (!launch()) throw std::runtime_error("Mosquitto does not start again:\n" + log());
}

void Mosquitto::stop() {
  end(SIGTERM);
}
void Mosquitto::kill() {
  end(SIGKILL);
}
void Mosquitto::pause() {
  ::kill(pid_, SIGSTOP);
}
void Mosquitto::resume() {
  ::kill(pid_, SIGCONT);
}

void Mosquitto::end(int signal) {
  if (pid_ <= 0) return;
  ::kill(pid_, signal);
  ::waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

bool Mosquitto::listening() const {
  for (const auto port : {config_.nodes_port, config_.operators_port, config_.orchestrators_port,
                          config_.watchers_port, config_.masters_port, config_.join_port})
    if (!accepts(config_.address, port)) return false;
  return true;
}

std::string Mosquitto::log() const {
  return folder_.read("mosquitto.log");
}

transport::mqtt::Options Mosquitto::as(const std::string& name, const std::string& client_id,
                                       const std::string& broker) const {
  transport::mqtt::Options options;
  options.brokers = {broker};
  options.client_id = client_id;
  options.ca_file = pki_.folder() / "root.pem";
  options.certificate_file = pki_.folder() / (name + ".pem");
  options.key_file = pki_.folder() / (name + ".key");
  return options;
}

transport::mqtt::Options Mosquitto::as_node(const std::string& identity) const {
  if (!std::filesystem::exists(pki_.folder() / (identity + ".pem"))) pki_.node(identity);
  return as(identity, identity, nodes());
}

transport::mqtt::Options Mosquitto::as_operator(const std::string& client_id) const {
  return as("operator", client_id, operators());
}

transport::mqtt::Options Mosquitto::as_orchestrator(const std::string& client_id) const {
  return as("orchestrator", client_id, orchestrators());
}

transport::mqtt::Options Mosquitto::as_watcher(const std::string& client_id) const {
  return as("watcher", client_id, watchers());
}

transport::mqtt::Options Mosquitto::as_master(const TestCa& ca, const std::string& identity) const {
  const auto name = "master-" + identity;
  if (!std::filesystem::exists(pki_.folder() / (name + ".pem")))
    ca.issue_node(identity).write(pki_.folder(), name);
  return as(name, name, masters());
}

transport::mqtt::Options Mosquitto::as_joining(const std::string& client_id) const {
  transport::mqtt::Options options;
  options.brokers = {join()};
  options.client_id = client_id;
  options.ca_file = pki_.folder() / "root.pem";
  options.user = "join";
  options.password = kJoinPassword;
  return options;
}

}  // namespace muster::test
