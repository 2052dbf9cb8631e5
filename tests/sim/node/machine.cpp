#include "tests/sim/node/machine.hpp"

#include <utility>
#include <vector>

#include "plugins/agents/rpcutil/rpcutil.hpp"
#include "proto/ddl/texts.hpp"
#include "tests/sim/node/plugin_node.hpp"
#include "tests/sim/node/sim_host.hpp"
#include "tests/sim/node/sim_workplace.hpp"
#include "tests/support/played/provision_agent.hpp"
#include "tests/support/played/puppetca_agent.hpp"

namespace muster::sim {
namespace {

// All lines go nowhere: there is no disk and no journal.
const audit::Options kNoAudit{.file = {}, .journal = false};

std::vector<std::unique_ptr<plugins::Agent>> agents_of(
    const MachineSpec& machine, plugins::puppetca::Places& places, played::Workplace& place,
    plugins::Node& node, Witness& witness, const base::Clock& clock, const base::Clock& right) {
  std::vector<std::unique_ptr<plugins::Agent>> agents;
  agents.push_back(
      std::make_unique<plugins::rpcutil::Rpcutil>(ddl::built_in_at_use("rpcutil"), node));
  if (machine.ca != nullptr)
    agents.push_back(std::make_unique<played::PuppetcaAgent>(
        ddl::built_in_at_use("puppetca"), *machine.ca,
        played::PuppetcaAgent::Lends{places, clock, machine.name}));
  else
    agents.push_back(std::make_unique<WitnessedAgent>(
        std::make_unique<played::ProvisionAgent>(ddl::built_in_at_use("provision"), node, place),
        witness, clock, right));
  return agents;
}

}  // namespace

// The agent, from its start to its end.
struct Machine::Process {
  Process(Surroundings& around, const Site& site, const MachineSpec& machine, Disk& disk,
          played::Runs& runs, Witness& witness, const Cable& cable, const MachineClock& own_clock,
          std::function<void()> power_lost)
      : clock(own_clock),
        session(around.loop.id()),
        trust(commanding(around, site)),
        place(around, disk, machine.name, std::move(power_lost)),
        plugin_node(machine, site.collective, clock, runs, calls(around.loop)),
        table(agents_of(machine, places, place, plugin_node, witness, clock, around.loop.clock())),
        replay(clock, clock.unix_ms()),
        audit(kNoAudit, machine.name, clock),
        gate(context(machine, site), statistics),
        host({around, site, machine, disk, runs, table, *trust, session, cable, own_clock, clock,
              replay}),
        node(host, identity_of(machine, site), {gate, statistics, audit, *trust}) {
    plugin_node.serve(table);
    host.serve(node);
    node.start(disk.certificate ? agent::Door::member : agent::Door::join);
  }

  // Out of an action, which is under way: later, when the node's function is over.
  PluginNode::Calls calls(fakes::VirtualLoop& loop) {
    const auto later = [this, &loop](auto tell) {
      (void)loop.post([this, tell, weak = std::weak_ptr(alive)] {
        if (!weak.expired()) tell(node);
      });
    };
    return {.enter_collective =
                [later] { later([](agent::Node& core) { core.on_enter_collective(); }); },
            .leave_collective =
                [later] { later([](agent::Node& core) { core.on_leave_collective(); }); },
            .presence_changed = [later] { later([](agent::Node& core) { core.on_changed(); }); }};
  }
  agent::GateContext context(const MachineSpec& machine, const Site& site) {
    return {.identity = machine.name,
            .clock = clock,
            .operators = *trust,
            .agents = table,
            .replay = replay,
            .collectives = [&site] { return std::vector<std::string>{site.collective}; },
            .facts = [facts = std::make_shared<const Value>(machine.facts)] { return facts; },
            .classes = [] { return std::vector<std::string>(); },
            .policy = [](const messages::Request&, security::Role) -> agent::PolicyAnswer {
              return {{}, "simulation:1"};
            },
            .audit = audit};
  }
  agent::Identity identity_of(const MachineSpec& machine, const Site& site) const {
    agent::Identity identity;
    identity.name = machine.name;
    identity.version = kVersion;
    identity.collectives = {site.collective};
    identity.started_at_ms = clock.unix_ms();
    identity.session = session;
    identity.token = site.token.text;
    identity.join_collective = site.collective;
    return identity;
  }

  const std::shared_ptr<const bool> alive = std::make_shared<const bool>(true);
  base::OffsetClock clock;  // as DaemonHost's: corrected by what an orchestrator says
  const std::string session;
  const std::unique_ptr<Anchors> trust;
  SimWorkplace place;
  plugins::puppetca::Places places;  // what it lent is forgotten with it
  PluginNode plugin_node;
  agent::AgentTable table;
  security::ReplayWindow replay;
  agent::GateStatistics statistics;
  audit::AuditLog audit;
  agent::RequestGate gate;
  SimHost host;
  agent::Node node;
};

Machine::Machine(Surroundings& around, const Site& site, MachineSpec spec,
                 const played::RunHabits& habits)
    : around_(around),
      site_(site),
      spec_(std::move(spec)),
      clock_(around.loop.clock()),
      runs_(
          around.loop, habits, [&loop = around.loop] { return loop.share(); },
          [this](const std::string& id) { run_ended(id); }) {
  if (spec_.ca == nullptr) return;
  disk_.key = around.crypto.make_key();
  disk_.certificate = spec_.ca->issue(spec_.name, *disk_.key).value();
}

Machine::~Machine() = default;

void Machine::switch_on() {
  around_.trace.line(spec_.name, "is switched on");
  if (disk_.power == Power::gone) disk_.power = Power::on;
  on_since_ = around_.loop.clock().steady();
  process_ = std::make_unique<Process>(around_, site_, spec_, disk_, runs_, witness_, cable_,
                                       clock_, [this] {
                                         (void)around_.loop.post([this] {
                                           if (disk_.power == Power::gone) switch_off();
                                         });
                                       });
}

void Machine::run_ended(const std::string& id) {
  around_.trace.line(spec_.name, "a run has ended");
  if (!process_) return runs_.settle(id);
  process_->node.on_job_ended(id, true);
  if (!runs_end_agent_) return;
  (void)around_.loop.post([this] {
    if (!process_) return;
    switch_off();
    switch_on();
  });
}

void Machine::reinstall() {
  around_.trace.line(spec_.name, "is installed anew");
  const auto slower_by = disk_.slower_by;
  const auto uneven_most = disk_.uneven_most;
  const bool full = disk_.full;
  lives_ += disk_.given_up;
  disk_ = {};
  disk_.slower_by = slower_by;
  disk_.uneven_most = uneven_most;
  disk_.full = full;
  runs_.forget_all();
  witness_.saw_a_new_disk();
  ++lives_;
}

void Machine::power_fails(std::optional<Power> when) {
  if (disk_.power != Power::gone) disk_.power = when.value_or(Power::on);
}

void Machine::set_runs(const played::RunHabits& habits, bool end_agent) {
  runs_.behave(habits);
  runs_end_agent_ = end_agent;
}

void Machine::set_clock(std::chrono::milliseconds off) {
  clock_.set_off_by(off);
}

void Machine::plug(const Cable& cable) {
  cable_ = cable;
  if (process_) process_->host.plug();
}

void Machine::switch_off() {
  around_.trace.line(spec_.name, "is switched off");
  process_.reset();
  runs_.settle_all();
}

}  // namespace muster::sim
