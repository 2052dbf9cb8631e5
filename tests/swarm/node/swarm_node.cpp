#include "tests/swarm/node/swarm_node.hpp"

#include <utility>

#include "plugins/agents/puppet/puppet_agent.hpp"
#include "plugins/agents/rpcutil/rpcutil.hpp"
#include "proto/base/encoding.hpp"
#include "tests/support/played/provision_agent.hpp"
#include "tests/support/played/puppetca_agent.hpp"
#include "tests/swarm/node/fake_facts.hpp"

namespace muster::swarm {
namespace {

// What a swarm's node would read or write is not there: no two of them meet in a file.
constexpr auto kNowhere = "/nonexistent/muster-swarm";
// Found where Puppet is looked for, and never started.
constexpr auto kProgram = "/bin/true";

// No file and no journal: ten thousand of them would measure the disk.
audit::Options without_audit() {
  audit::Options options;
  options.journal = false;
  return options;
}

plugins::PuppetPaths paths_nowhere() {
  const std::filesystem::path nowhere = kNowhere;
  plugins::PuppetPaths paths;
  paths.program = kProgram;
  paths.confdir = nowhere / "puppet";
  paths.ssldir = nowhere / "ssl";
  paths.vardir = nowhere / "var";
  paths.rundir = nowhere / "run";
  paths.cadir = nowhere / "ca";
  paths.hosts_file = nowhere / "hosts";
  return paths;
}

}  // namespace

SwarmNode::SwarmNode(Surroundings& around, Spec spec)
    : around_(around),
      name_(std::move(spec.name)),
      session_(base::random_id()),
      keys_(std::move(spec.keys)),
      facts_(std::make_shared<const Value>(fake_facts(around.seed, spec.index))),
      puppet_(paths_nowhere()),
      clock_(around.clock),
      operators_(clock_),
      replay_(clock_, clock_.unix_ms()),
      runs_(
          around.links.loop(), around.runs,
          [seed = around.seed, index = spec.index, number = std::uint64_t{0}]() mutable {
            return share_of(seed, index, ++number);
          },
          [this](const std::string& id) { node_->on_job_ended(id, true); }),
      folder_(spec.folder ? std::optional<NodeFolder>(*spec.folder) : std::nullopt),
      table_(make_agents(spec)),
      audit_(without_audit(), name_, clock_),
      judgement_({name_, clock_, table_, around.policies, [this] { return facts_; },
                  [this] { return classes(); }}),
      gate_(gate_context(), counts_),
      host_(std::make_unique<SwarmHost>(
          around, SwarmHost::Parts{name_, session_, keys_, clock_, operators_, table_, runs_,
                                   puppet_, facts_})),
      node_(std::make_unique<agent::Node>(*host_, core_identity(),
                                          agent::Node::Parts{gate_, counts_, audit_, operators_})) {
  host_->serve(*node_);
  // What ran before us is gone, and nobody shall take a new run for it.
  if (folder_) runs_.number_from(static_cast<std::uint64_t>(clock_.unix_ms()));
}

SwarmNode::~SwarmNode() = default;

Result<std::unique_ptr<SwarmNode>> SwarmNode::make(Surroundings& around, Spec spec) {
  std::unique_ptr<SwarmNode> made(new SwarmNode(around, std::move(spec)));
  MUSTER_TRY(around.roots.sync(made->operators_));
  if (made->place_) MUSTER_TRY(made->place_->open());
  return made;
}

std::vector<std::unique_ptr<plugins::Agent>> SwarmNode::make_agents(const Spec& spec) {
  const auto& of = around_.descriptions;
  plugins::Node& self = *this;  // a base that only we know
  std::vector<std::unique_ptr<plugins::Agent>> agents;
  agents.push_back(std::make_unique<plugins::rpcutil::Rpcutil>(of.rpcutil, self));
  agents.push_back(std::make_unique<plugins::puppet::PuppetAgent>(of.puppet, self));
  if (spec.role == SwarmRole::joins) {
    place_.emplace(name_, keys_, around_.joining->cas, folder_ ? &*folder_ : nullptr,
                   [this] { around_.joining->provisioned.came(); });
    agents.push_back(std::make_unique<played::ProvisionAgent>(of.provision, self, *place_));
  }
  if (spec.role == SwarmRole::master)
    agents.push_back(std::make_unique<played::PuppetcaAgent>(of.puppetca, *spec.signs_with));
  return agents;
}

void SwarmNode::start() {
  node_->start(keys_.member ? agent::Door::member : agent::Door::join);
}

agent::GateContext SwarmNode::gate_context() {
  return agent::GateContext{
      name_,
      clock_,
      operators_,
      table_,
      replay_,
      [this] { return collectives(); },
      [this] { return shown_facts_.of(facts_, table_.presence_facts()); },
      [this] { return classes(); },
      [this](const auto& request, auto role) { return judgement_.action(request, role); },
      audit_};
}

agent::Identity SwarmNode::core_identity() const {
  agent::Identity identity;
  identity.name = name_;
  identity.version = version();
  identity.collectives = collectives();
  identity.started_at_ms = around_.clock.unix_ms();
  identity.session = session_;
  identity.registration_interval = around_.registration_interval;
  identity.registration_splay = around_.registration_splay;
  if (keys_.join) {
    identity.token = around_.joining->token.token;
    identity.join_collective = around_.joining->token.claims.collective;
  }
  return identity;
}

std::string SwarmNode::version() const {
  return MUSTER_VERSION;
}

std::vector<std::string> SwarmNode::classes() const {
  return {kFakeClass};
}

Value SwarmNode::statistics() const {
  return {{"version", version()},
          {"agents", agents()},
          {"total", counts_.received.load()},
          {"passed", counts_.passed.load()},
          {"replies", counts_.replies.load()}};
}

std::filesystem::path SwarmNode::state_folder() const {
  return kNowhere;
}

// An agent calls these in the middle of its action, and the core is told between two of them.
void SwarmNode::enter_collective() {
  host_->later([this] { node_->on_enter_collective(); });
}

void SwarmNode::presence_changed() {
  host_->later([this] { node_->on_changed(); });
}

}  // namespace muster::swarm
