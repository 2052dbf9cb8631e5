#include "tests/integration/cli/installation.hpp"

#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <stdexcept>
#include <utility>

#include "proto/base/files.hpp"
#include "proto/transport/mqtt/socket_to.hpp"
#include "tests/support/mosquitto/free_ports.hpp"

namespace muster::test {
namespace {

constexpr int kStartAttempts = 5;
constexpr auto kMosquitto = "/usr/sbin/mosquitto";

bool accepts(const std::string& host, std::uint16_t port) {
  const auto soon = std::chrono::steady_clock::now() + std::chrono::seconds(1);
  return transport::mqtt::connect_tcp({host, port}, soon).has_value();
}

void must(const Finished& done) {
  if (done.exit_code != 0) throw std::runtime_error(done.out + done.err);
}

// Whoever runs the test can read its folder; Mosquitto's own user cannot.
std::string our_name() {
  const passwd* self = ::getpwuid(::geteuid());
  return self != nullptr ? self->pw_name : "mosquitto";
}

}  // namespace

Installation::Installation(With with, std::size_t fleet, std::string host)
    : fleet_(fleet), host_(std::move(host)) {
  for (int attempt = 0; attempt < kStartAttempts; ++attempt) {
    configure();
    if (with == With::no_broker || try_broker()) return;
  }
  throw std::runtime_error("Mosquitto does not start:\n" + broker_->output());
}

void Installation::configure() {
  ports_ = free_ports(6);
  std::filesystem::remove_all(file("operator"));
  must(muster(with_ports({"init", "--dir", file("operator"), "--broker", host_})));
  must(muster(broker_config()));
}

std::vector<std::string> Installation::with_ports(std::vector<std::string> words) const {
  const std::vector<std::string> ports{"--nodes-port",         std::to_string(ports_[0]),
                                       "--operators-port",     std::to_string(ports_[1]),
                                       "--join-port",          std::to_string(ports_[2]),
                                       "--orchestrators-port", std::to_string(ports_[3]),
                                       "--watchers-port",      std::to_string(ports_[4])};
  words.insert(words.end(), ports.begin(), ports.end());
  return words;
}

std::vector<std::string> Installation::broker_config() const {
  auto words =
      with_ports({"broker", "config", "--dir", file("broker"), "--authority", file("operator"),
                  "--address", host_, "--run-as", our_name(), "--masters-port",
                  std::to_string(ports_[5]), "--collective", "main", "--collective", "lab"});
  if (fleet_ != 0) words.insert(words.end(), {"--fleet", std::to_string(fleet_)});
  return words;
}

bool Installation::try_broker() {
  broker_ = std::make_unique<Daemon>(
      std::vector<std::string>{kMosquitto, "-c", file("broker/mosquitto.conf")},
      file("mosquitto.log"));
  const bool decided = fakes::wait_until([this] { return !broker_->running() || listening(); });
  return decided && broker_->running();
}

void Installation::start_broker() {
  if (!try_broker())
    throw std::runtime_error("Mosquitto does not start again:\n" + broker_->output());
}

void Installation::store_retained() {
  const auto database = file("broker/data/mosquitto.db");
  broker_->signal(SIGUSR1);
  if (!fakes::wait_until([&] { return std::filesystem::exists(database); }))
    throw std::runtime_error("Mosquitto does not store its messages");
}

bool Installation::listening() const {
  return std::all_of(ports_.begin(), ports_.end(),
                     [this](std::uint16_t port) { return accepts(host_, port); });
}

std::unique_ptr<Daemon> Installation::start_orchestrator(
    const std::filesystem::path& workflow, const std::vector<std::string>& before) const {
  const std::filesystem::path installed = MUSTER_SOURCE_DIR "/config/workflows/puppet.yaml";
  const auto config = in_operator("serving-orchestrator.yaml");
  const auto text = fmt::format("{}\nstate_folder: {}\nworkflow: {}\n",
                                base::read_file(in_operator("orchestrator.yaml")).value(),
                                file("orchestrator").string(),
                                (workflow.empty() ? installed : workflow).string());
  if (auto wrote = base::write_file(config, text); !wrote)
    throw std::runtime_error(wrote.error().message);
  std::error_code none;  // the first one begins the file
  const auto written = std::filesystem::file_size(file("orchestrator.log"), none);
  auto argv = before;
  argv.insert(argv.end(), {MUSTER_ORCHESTRATOR_PROGRAM, "--config", config});
  auto daemon = std::make_unique<Daemon>(std::move(argv), file("orchestrator.log"));
  if (!daemon->says("orchestrating", none ? 0 : written))
    throw std::runtime_error("the orchestrator does not serve:\n" + daemon->output());
  return daemon;
}

Finished Installation::muster(const std::vector<std::string>& words) const {
  return muster_with(config(), words);
}

Finished Installation::muster_with(const std::filesystem::path& config,
                                   const std::vector<std::string>& words) const {
  std::vector<std::string> argv{MUSTER_PROGRAM};
  argv.insert(argv.end(), words.begin(), words.end());
  return run(argv, {{"MUSTER_CONFIG", config}, {"HOME", folder_.path()}});
}

}  // namespace muster::test
