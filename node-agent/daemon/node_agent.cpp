#include "node-agent/daemon/node_agent.hpp"

#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include "node-agent/daemon/identity.hpp"
#include "node-agent/daemon/node_signer.hpp"
#include "node-agent/daemon/parts.hpp"
#include "plugins/facts/classes.hpp"
#include "plugins/registry.hpp"
#include "proto/base/encoding.hpp"
#include "proto/base/files.hpp"
#include "proto/base/log.hpp"

namespace muster::agent {
namespace {

constexpr const char* kBootIdFile = "/proc/sys/kernel/random/boot_id";
constexpr const char* kRevocationsFolder = "revocations";
constexpr const char* kReplayFile = "requests.seen";
constexpr const char* kUsedFile = "approvals.used";
constexpr const char* kRootsMemoryFile = "roots.json";
constexpr std::uint64_t kFirstFacts = 1;  // the number of the first collection
constexpr const char* kBrokerRootsFile = "broker-roots.pem";

std::string read_boot_id() {
  const auto text = base::read_file(kBootIdFile);
  return text ? text->substr(0, text->find('\n')) : "";
}

Value audit_numbers(const audit::Options& options, const audit::Counts& counts) {
  return {{"required", options.required},
          {"written", counts.written},
          {"lost", counts.lost},
          {"last_failure", counts.last_failure}};
}

}  // namespace

NodeAgent::NodeAgent(AgentConfig config, std::string identity, BusSettings bus)
    : config_(std::move(config)),
      identity_(std::move(identity)),
      bus_(std::move(bus)),
      bus_files_(files_of(bus_)),
      started_at_ms_(system_clock_.unix_ms()),
      session_id_(base::random_id()),
      boot_id_(read_boot_id()),
      facts_(fact_sources(config_), [this] { on_loop([](Core& node) { node.on_gathered(); }); }),
      audit_(config_.audit, identity_, clock_) {}

NodeAgent::~NodeAgent() {
  node_.reset();
  host_.reset();  // its actions use everything else
}

Result<std::unique_ptr<NodeAgent>> NodeAgent::create(AgentConfig config) {
  MUSTER_ASSIGN(auto identity, node_identity(config, base::SystemClock().unix_ms()));
  if (const auto host = find_identity(config); host && *host != identity)
    log::warning("the host has another name than this node has joined with, which it keeps",
                 {{"identity", identity}, {"host", *host}});
  MUSTER_TRY(base::make_folder(config.state_folder, 0755));
  MUSTER_ASSIGN(auto bus, find_bus(config));
  std::unique_ptr<NodeAgent> agent(
      new NodeAgent(std::move(config), std::move(identity), std::move(bus)));
  MUSTER_TRY(agent->start());
  return agent;
}

Status NodeAgent::start() {
  MUSTER_ASSIGN(roots_,
                security::KnownRoots::open({.operators = bus_.operator_root_file,
                                            .orchestrators = bus_.orchestrator_root_file,
                                            .memory = config_.state_folder / kRootsMemoryFile,
                                            .for_brokers = config_.state_folder / kBrokerRootsFile,
                                            .daemon = true}));
  bus_.operator_root_file = roots_->broker_roots();
  set_first_clock();
  MUSTER_TRY(roots_->sync(operators_));
  revocations_.emplace(operators_, config_.state_folder / kRevocationsFolder, clock_);
  MUSTER_TRY(revocations_->load());
  replay_.emplace(clock_, security::ReplayJournal(config_.state_folder / kReplayFile, boot_id_));
  approvals_.emplace(operators_, clock_, config_.state_folder / kUsedFile);
  policies_ = std::make_unique<policy::PolicyStore>(config_.policies_folder);
  MUSTER_ASSIGN(jobs_, jobs::JobSpool::open({config_.state_folder / "jobs",
                                             {"/proc/self/exe", "--job-supervisor"},
                                             {},
                                             [this](const std::string& id) { job_finished(id); }},
                                            clock_));
  settled_jobs_ = std::make_unique<jobs::SettledJobs>(*jobs_, plugins::kPuppetJob);
  spool_open_ = true;
  table_.emplace(plugins::built_in_agents(*this));
  data_.emplace(plugins::built_in_data_plugins(*this));
  use_site_rules(config_.ddl_folder);
  judgement_.emplace(Judgement::Node{identity_, clock_, *table_, *policies_,
                                     [this] { return facts_.facts(); },
                                     [this] { return classes(); }, &*approvals_,
                                     [this] { return facts_.has_gathered(kFirstFacts); }});
  watch_agents();
  if (!agent_watch_->wait_for_first_look())
    log::warning("other people's agents take long to load; those that are late follow",
                 {{"after_ms", std::to_string(external::kFirstLookPatience.count())}});
  gate_.emplace(gate_context(), statistics_);
  return {};
}

void NodeAgent::watch_agents() {
  external::Folders folders;
  for (const auto& folder : config_.external_agents) folders.agents.emplace_back(folder);
  for (const auto& folder : config_.ruby_libdirs) folders.ruby_libdirs.emplace_back(folder);
  for (const auto& folder : config_.external_data) folders.data.emplace_back(folder);
  external::Surroundings around{.node = *this,
                                .plugin_config = config_.plugin_config,
                                .built_in_data = data_->names(),
                                .ruby = config_.ruby,
                                .ruby_host = config_.ruby_host,
                                .mcollective_config = config_.mcollective_config,
                                .classes_files = config_.classes_files};
  if (around.ruby_host.empty()) around.ruby_host = external::installed_ruby_host();
  agent_watch_.reset();  // two would write into the same tables
  agent_watch_ = std::make_unique<external::AgentWatch>(
      std::move(folders), std::move(around), std::chrono::seconds(config_.agents_interval_s),
      clock_, *table_, *data_, [this] { presence_changed(); });
}

// A first boot may happen in 1970, or in 2099. Until an orchestrator tells the time, the moment the
// token was made is nearer to the truth than a clock outside the token's life.
void NodeAgent::set_first_clock() {
  if (!bus_.token) return;
  const auto now = system_clock_.unix_ms();
  if (now >= bus_.token->claims.issued_at_ms && now <= bus_.token->claims.expires_at_ms) return;
  if (now > bus_.token->claims.expires_at_ms && node_signer(config_.puppet, identity_, now)) return;
  if (now < bus_.token->claims.issued_at_ms) {
    clock_.set_offset_ms(bus_.token->claims.issued_at_ms - now);
    log::warning(
        "this machine's clock is earlier than the join token; judging time by the token until told "
        "better",
        {{"clock", base::iso8601(now)}, {"token", base::iso8601(bus_.token->claims.issued_at_ms)}});
  }
}

GateContext NodeAgent::gate_context() {
  return GateContext{
      identity_,
      clock_,
      operators_,
      *table_,
      *replay_,
      [this] { return bus_.collectives; },
      [this] { return shown_facts_.of(facts_.facts(), table_->presence_facts()); },
      [this] { return classes(); },
      [this](const auto& request, auto role) { return judgement_->action(request, role); },
      audit_,
      &*data_,
      [this](const auto& request, auto role, auto name, const auto& argument) {
        return judgement_->data(request, role, name, argument);
      },
      &*approvals_};
}

std::string NodeAgent::version() const {
  return MUSTER_VERSION;
}
Value NodeAgent::facts() const {
  return *facts_.facts();
}
std::vector<std::string> NodeAgent::agents() const {
  return table_->names();
}
std::vector<std::shared_ptr<const ddl::Agent>> NodeAgent::agent_ddls() const {
  return table_->ddls();
}
std::vector<plugins::DisabledAgent> NodeAgent::disabled_agents() const {
  return table_->disabled();
}

std::vector<std::string> NodeAgent::data_plugins() const {
  return data_->names();
}
Result<Value> NodeAgent::query_data(const std::string& name,
                                    const std::optional<std::string>& argument) const {
  return data_->query(name, argument);
}

std::vector<std::string> NodeAgent::classes() const {
  return facts::read_classes(config_.classes_files);
}

Value NodeAgent::statistics() const {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return {{"starttime", started_at_ms_ / 1000},
          {"pid", ::getpid()},
          {"version", version()},
          {"agents", agents()},
          {"threads", config_.workers},
          {"times", {{"utime", seconds(used.ru_utime)}, {"stime", seconds(used.ru_stime)}}},
          {"total", statistics_.received.load()},
          {"passed", statistics_.passed.load()},
          {"filtered", statistics_.filtered.load()},
          {"validated", statistics_.received.load() - statistics_.unverified.load()},
          {"unvalidated", statistics_.unverified.load()},
          {"refused", statistics_.refused.load()},
          {"ttlexpired", statistics_.expired.load()},
          {"busy", statistics_.busy.load()},
          {"data_failed", statistics_.data_failed.load()},
          {"replies", statistics_.replies.load()},
          {"audit", audit_numbers(config_.audit, audit_.counts())}};
}

}  // namespace muster::agent
