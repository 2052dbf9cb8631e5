#include "tests/bench/agents/site.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <stdexcept>

#include "orchestrator/settings/settings.hpp"
#include "proto/base/files.hpp"
#include "proto/transport/topics.hpp"
#include "tests/swarm/keys/swarm_keys.hpp"

namespace muster::bench {
namespace {

void must(const Status& status) {
  if (!status) throw std::runtime_error(status.error().message);
}

template <class T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message);
  return *std::move(result);
}

}  // namespace

Site::Site(std::size_t processes)
    : installation_(test::Installation::With::broker, processes),
      watch_(test::trust_ca(installation_, ca_, "*")) {
  installation_.store_retained();  // no orchestrator would sign again what a killed broker forgets
  ca_.holder().write(installation_.file("swarm"), "ca");
}

void Site::give_certificate(const std::string& identity) {
  if (std::filesystem::exists(installation_.file("ssl/certs/" + identity + ".pem"))) return;
  test::write_ssldir(installation_.file("ssl"), identity, ca_.issue_node(identity),
                     ca_.certificate());
}

Site::ProcessPtr Site::start_agent(const std::string& identity) {
  give_certificate(identity);
  const auto home = installation_.file("nodes/" + identity);
  must(base::write_file(home / "facts.d/place.yaml", "country: de\n"));
  must(base::write_file(
      home / "agent.yaml",
      fmt::format("identity: {0}\nbrokers: [\"{1}\"]\noperator_root: {2}\norchestrator_root: {3}\n"
                  "state_folder: {4}/state\nfacts_folders: [{4}/facts.d]\npuppet:\n  ssldir: {5}\n",
                  identity, installation_.nodes(), installation_.in_operator("root.pem").string(),
                  installation_.in_operator("orchestrator-root.pem").string(), home.string(),
                  installation_.file("ssl").string())));
  return std::make_unique<test::Daemon>(
      std::vector<std::string>{MUSTER_AGENT_PROGRAM, "--config", home / "agent.yaml"},
      home / "agent.log");
}

std::string Site::name_of_swarm_node() {
  return swarm::name_of(0);
}

Site::ProcessPtr Site::start_swarm_of_one() {
  return std::make_unique<test::Daemon>(
      std::vector<std::string>{
          MUSTER_SWARM_PROGRAM, "--nodes", "1", "--broker", installation_.nodes(), "--ca",
          installation_.file("swarm"), "--operator-root", installation_.in_operator("root.pem"),
          "--orchestrator-root", installation_.in_operator("orchestrator-root.pem")},
      installation_.file("swarm.log"));
}

Site::ProcessPtr Site::start_echo(const std::string& program, const std::string& name,
                                  const std::string& call) {
  give_certificate(name);
  return std::make_unique<test::Daemon>(
      std::vector<std::string>{
          program, "--broker", installation_.nodes(), "--name", name, "--root",
          installation_.in_operator("root.pem"), "--certificate",
          installation_.file("ssl/certs/" + name + ".pem"), "--key",
          installation_.file("ssl/private_keys/" + name + ".pem"), "--call",
          transport::topics::request_to_agent("main", call, transport::topics::kEveryCaller),
          "--answer", ears_->answers_to() + name},
      installation_.file("echo.log"));
}

void Site::connect() {
  ears_.reset();
  caller_.reset();
  link_.reset();
  link_ = must(client::Link::open(must(settings::load(installation_.config()))));
  must(link_->wait_trust());
  caller_ = must(client::Caller::start(*link_));
  ears_ = std::make_unique<Ears>();
  must(ears_->listen(*link_));
}

std::size_t Site::ask(const std::vector<std::string>& identities,
                      std::chrono::milliseconds patience) {
  client::Call call;
  call.agent = "rpcutil";
  call.action = "ping";
  // To all who run the agent with one message, as `muster ping` does; to one alone by its name.
  if (identities.size() == 1) call.targets = identities;
  call.expected = identities;
  call.timeout = patience;
  const auto done = must(caller_->call(call));
  return static_cast<std::size_t>(
      std::count_if(done.results.begin(), done.results.end(),
                    [](const auto& result) { return result.outcome == client::Outcome::ok; }));
}

bool Site::ask_bare(const std::string& call, std::size_t clients,
                    std::chrono::milliseconds patience) {
  ears_->forget_answers();
  must(link_->bus().publish(
      transport::topics::request_to_agent(link_->collective(), call, link_->caller()),
      std::string(kCallBytes, 'c'), {}));
  return ears_->wait_answers(clients, patience);
}

void Site::kill_broker() {
  installation_.broker().signal(SIGKILL);
  if (!installation_.broker().wait()) throw std::runtime_error("the broker cannot be killed");
  installation_.start_broker();
}

}  // namespace muster::bench
