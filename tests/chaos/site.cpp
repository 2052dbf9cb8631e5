#include "tests/chaos/site.hpp"

#include <fmt/format.h>
#include <sys/mount.h>

#include <algorithm>
#include <fstream>
#include <stdexcept>

#include "orchestrator/broker/broker_folder.hpp"
#include "orchestrator/broker/node_crls.hpp"
#include "proto/base/endpoint.hpp"
#include "proto/base/files.hpp"
#include "proto/transport/mqtt/socket_to.hpp"
#include "tests/support/pki/test_pki.hpp"

namespace muster::chaos {
namespace {

namespace fs = std::filesystem;
using Words = std::vector<std::string>;

constexpr auto kMosquitto = "/usr/sbin/mosquitto";
constexpr std::size_t kGroupsMost = 8;
constexpr std::size_t kNodesOfAGroupLeast = 2;
// Of an orchestrator's disk: its databases and logs of a run fit well.
constexpr auto kDiskOptions = "size=64m,mode=755";
constexpr auto kBallast = "ballast";
constexpr std::size_t kBallastStep = std::size_t{64} << 10U;
// A run of Puppet's: long enough that many nodes are in the middle of one.
constexpr auto kRunSeconds = "1";

void must(const Status& status) {
  if (!status) throw std::runtime_error(status.error().message);
}

void must(const test::Finished& done) {
  if (done.exit_code != 0) throw std::runtime_error(done.out + done.err);
}

std::string text_of(const fs::path& file) {
  auto text = base::read_file(file);
  if (!text) throw std::runtime_error(text.error().message);
  return *std::move(text);
}

void replace(std::string& text, const std::string& what, const std::string& by) {
  const auto at = text.find(what);
  if (at == std::string::npos) throw std::runtime_error("there is no '" + what + "' in\n" + text);
  text.replace(at, what.size(), by);
}

std::string master_name(std::size_t number) {
  return fmt::format("master{}.swarm.example", number);
}

std::size_t groups_of(std::size_t nodes) {
  return std::clamp<std::size_t>(nodes / kNodesOfAGroupLeast, 1, kGroupsMost);
}

}  // namespace

Site::Site(const Options& options)
    : options_(options),
      installation_(test::Installation::With::no_broker, options.nodes + options.masters,
                    Wire::kAddress) {
  places_.nodes = installation_.file("nodes");
  places_.masters = installation_.file("masters");
  places_.count = options.nodes;
  start_broker();
  for (std::size_t i = 0; i < options.orchestrators; ++i) add_orchestrator(i);
  add_masters();
  trust_masters();
  const auto token = installation_.file("join.token");
  must(installation_.muster(
      {"token", "create", "--identity", "node*.swarm.example", "--uses", "0", "--out", token}));
  add_groups(token);
}

Site::~Site() {
  for (const auto& state : places_.orchestrators) ::umount2(state.c_str(), MNT_DETACH);
}

FaultScope Site::scope() const {
  return {orchestrators_.size(), groups_.size(), masters_.size(), options_.kills};
}

std::unique_ptr<Part> Site::part(const std::string& name, Words command) {
  wire_.add(name);
  parties_.push_back(name);
  return std::make_unique<Part>(name, wire_.in(name, std::move(command)),
                                installation_.file(name + ".log"));
}

void Site::until(const std::string& what, const std::function<bool()>& condition) {
  if (fakes::wait_until(condition, fakes::kPatience)) return;
  std::string logs;
  for (const auto& entry : fs::directory_iterator(installation_.folder().path()))
    if (entry.path().extension() == ".log")
      logs += entry.path().filename().string() + ":\n" + base::read_file(entry.path()).value_or("");
  throw std::runtime_error(what + " does not come about\n" + logs);
}

void Site::start_broker() {
  broker_ = std::make_unique<Part>(
      "broker", Words{kMosquitto, "-c", installation_.file("broker/mosquitto.conf")},
      installation_.file("broker.log"));
  broker_->start();
  const auto serves = [&] {
    const auto soon = std::chrono::steady_clock::now() + std::chrono::seconds(1);
    const auto to = base::parse_endpoint(installation_.orchestrators());
    return to && transport::mqtt::connect_tcp(*to, soon).has_value();
  };
  until("that Mosquitto serves", serves);
  watch_ = std::make_unique<Part>(
      "broker-watch",
      Words{MUSTER_PROGRAM, "--config", installation_.in_operator("watcher.yaml"), "broker",
            "watch", "--dir", installation_.file("broker")},
      installation_.file("broker-watch.log"));
  watch_->start();
}

// The shipped one, with a lease and pauses that a short run has the time for.
fs::path Site::write_workflow() const {
  auto text = text_of(MUSTER_SOURCE_DIR "/config/workflows/puppet.yaml");
  replace(text, "lease_s: 60 ", fmt::format("lease_s: {} ", kLease.count()));
  replace(text, "retry_first_s: 2 ", "retry_first_s: 1 ");
  replace(text, "retry_most_s: 300", "retry_most_s: 5");
  return installation_.folder().write("workflow.yaml", text);
}

// Nobody listens where people would be told: all that they are told stays in the outbox.
void Site::add_orchestrator(std::size_t number) {
  const auto name = fmt::format("orchestrator{}", number + 1);
  auto text = text_of(installation_.in_operator("orchestrator.yaml"));
  if (number > 0) {
    must(installation_.muster({"operator", "create", name, "--role", "orchestrator", "--dir",
                               installation_.file("operator")}));
    replace(text, "orchestrator.pem", name + ".pem");
    replace(text, "orchestrator.key", name + ".key");
  }
  const auto state = installation_.file("state/" + name);
  fs::create_directories(state);
  if (::mount("chaos", state.c_str(), "tmpfs", 0, kDiskOptions) != 0)
    throw std::runtime_error("cannot mount a disk at " + state.string());
  places_.orchestrators.push_back(state);
  full_.push_back(0);
  text += fmt::format(
      "\nstate_folder: {}\nworkflow: {}\naudit:\n  journal: false\nnotify:\n"
      "  targets: [\"mailto:people@example.com\"]\n  retry_first_s: 600\n"
      "  email:\n    server: smtp://127.0.0.1:9\n    from: muster@example.com\n    tls: none\n",
      state.string(), write_workflow().string());
  const auto config = installation_.in_operator(name + ".yaml");
  must(base::write_file(config, text));
  orchestrators_.push_back(part(name, Words{MUSTER_ORCHESTRATOR_PROGRAM, "--config", config}));
  orchestrators_.back()->start();
  until("that " + name + " serves", [&] {
    const auto log = base::read_file(orchestrators_.back()->log());
    return log && log->find("orchestrating") != std::string::npos;
  });
}

Words Site::swarm(Words more) const {
  Words words{MUSTER_SWARM_PROGRAM,
              "--broker",
              installation_.nodes(),
              "--masters",
              places_.masters,
              "--operator-root",
              installation_.in_operator("root.pem"),
              "--orchestrator-root",
              installation_.in_operator("orchestrator-root.pem"),
              "--registration-s",
              "0",
              "--fake-run-s",
              kRunSeconds};
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

void Site::add_masters() {
  for (std::size_t i = 1; i <= options_.masters; ++i) {
    const auto name = master_name(i);
    test::TestCa("Puppet CA: " + name).holder().write(places_.masters / name, "ca");
    masters_.push_back(part(fmt::format("master{}", i), swarm({"--serve", name})));
  }
}

// No CA has a master on the bus that would bring its list.
void Site::trust_masters() {
  std::string lists;
  std::size_t known = 0;
  for (std::size_t i = 1; i <= options_.masters; ++i)
    lists += test::TestCa::from_folder(places_.masters / master_name(i)).crl().pem();
  installation_.folder().write("broker/revoked/local/fleet.pem", lists);
  for (std::size_t i = 1; i <= options_.masters; ++i)
    must(installation_.muster({"trust", "add", places_.masters / master_name(i) / "ca.pem",
                               "--names", "*.swarm.example", "--master", master_name(i)}));
  const broker::BrokerFolder its{installation_.file("broker")};
  until("that the broker knows the masters' CAs", [&] {
    const auto all = base::read_file(its.node_crls(), broker::kCrlFileMaxBytes);
    known = 0;
    for (std::size_t i = 1; i <= options_.masters && all; ++i) {
      const auto ca = test::TestCa::from_folder(places_.masters / master_name(i));
      known += x509::CaCrl::from_pem(*all, ca.certificate()) ? 1U : 0U;
    }
    return known == options_.masters && !fs::is_empty(installation_.capath());
  });
  for (auto& master : masters_) master->start();
  until("that all masters are online", [&] {
    return installation_.muster({"find", "--dm", "presence"}).lines().size() >= options_.masters;
  });
}

void Site::add_groups(const fs::path& token) {
  const auto count = groups_of(options_.nodes);
  for (std::size_t i = 0; i < count; ++i) {
    const auto first = options_.nodes * i / count;
    const auto nodes = options_.nodes * (i + 1) / count - first;
    groups_.push_back(
        part(fmt::format("agents{}", i + 1),
             swarm({"--join", token, "--state", places_.nodes, "--first", std::to_string(first),
                    "--nodes", std::to_string(nodes), "--seed", std::to_string(options_.seed)})));
  }
  // As Fault::whom counts them.
  std::rotate(parties_.begin() + static_cast<std::ptrdiff_t>(orchestrators_.size()),
              parties_.end() - static_cast<std::ptrdiff_t>(count), parties_.end());
}

void Site::forget_retained() const {
  fs::remove(installation_.file("broker/data/mosquitto.db"));
}

void Site::fill_disk(std::size_t orchestrator) {
  if (++full_.at(orchestrator) > 1) return;
  std::ofstream ballast(places_.orchestrators.at(orchestrator) / kBallast, std::ios::binary);
  const std::string step(kBallastStep, 'b');
  while (ballast.write(step.data(), static_cast<std::streamsize>(step.size())).flush()) {
  }
}

void Site::empty_disk(std::size_t orchestrator) {
  if (--full_.at(orchestrator) == 0) fs::remove(places_.orchestrators.at(orchestrator) / kBallast);
}

void Site::look() {
  broker_->look();
  watch_->look();
  for (auto* parts : {&orchestrators_, &masters_, &groups_})
    for (auto& part : *parts) part->look();
}

std::size_t Site::ends() const {
  auto ends = broker_->ends() + watch_->ends();
  for (const auto* parts : {&orchestrators_, &masters_, &groups_})
    for (const auto& part : *parts) ends += part->ends();
  return ends;
}

Evidence Site::gather(Outboxes outboxes) const {
  return chaos::gather(installation_, places_, outboxes);
}

}  // namespace muster::chaos
