#include <unistd.h>

#include <algorithm>

#include <nlohmann/json.hpp>

#include "orchestrator/cli/commands/commands.hpp"
#include "orchestrator/cli/node_ahead.hpp"
#include "orchestrator/cli/node_files.hpp"
#include "orchestrator/cli/output.hpp"
#include "orchestrator/cli/provision_session.hpp"
#include "orchestrator/cli/render/dry_run.hpp"
#include "orchestrator/cli/workflow_files.hpp"
#include "orchestrator/client/fleet.hpp"
#include "proto/base/names.hpp"

namespace muster::cli {
namespace {

struct DryRunOptions {
  std::string node;
  std::filesystem::path file;
  std::filesystem::path facts;
  WorkflowPlaces places;
};

std::size_t in_flight_with(const std::string& master, const std::vector<client::Record>& records) {
  return static_cast<std::size_t>(
      std::count_if(records.begin(), records.end(), [&](const client::Record& record) {
        return record.state == "running" && record.master == master;
      }));
}

std::vector<NodeNow::Master> masters_of(const ProvisionSession& session,
                                        const client::Fleet& fleet) {
  const auto records = session.records->all();
  const auto& endorsements = session.link->endorsements();
  std::vector<NodeNow::Master> masters;
  for (const auto& endorsed : endorsements.of_masters(session.link->clock().unix_ms())) {
    NodeNow::Master master;
    master.ca = endorsements.identity_of(endorsed.fingerprint());
    auto& candidate = master.candidate;
    candidate.identity = endorsed.master;
    candidate.patterns = endorsed.patterns;
    candidate.retired_by = endorsed.retired_by;
    candidate.in_flight = in_flight_with(endorsed.master, records);
    const auto member = fleet.find(endorsed.master);
    candidate.facts = endorsed.facts.empty() && member ? member->facts : endorsed.facts;
    candidate.healthy = member && member->runs(provision::kMasterAgent);
    if (!candidate.healthy)
      candidate.ill_because = member ? "its agent has no puppetca" : "it is not online";
    masters.push_back(std::move(master));
  }
  return masters;
}

Result<NodeNow> node_now(const ProvisionSession& session, const client::Fleet& fleet,
                         const DryRunOptions& options) {
  NodeNow now;
  now.identity = options.node;
  now.record = session.records->find(options.node);
  now.member = fleet.find(options.node);
  if (!now.record && !now.member) {
    MUSTER_TRY(record_of(*session.records, options.node));
  }
  if (now.record && !now.record->master.empty()) now.master = fleet.find(now.record->master);
  now.masters = masters_of(session, fleet);
  if (now.member) {
    now.ca = now.member->ca_fingerprint;
    now.facts = now.member->facts;
  }
  if (!options.facts.empty()) {
    MUSTER_ASSIGN(now.facts, read_value_file(options.facts));
  }
  return now;
}

// FILE, or the one in the folder that the node is in.
Result<workflow::Workflow> workflow_of(const DryRunOptions& options, const NodeNow& now) {
  MUSTER_ASSIGN(const auto files,
                workflow_files({options.file.empty() ? options.places.folder : options.file}));
  std::vector<CheckedWorkflow> all;
  for (const auto& file : files) all.push_back(check_workflow(file, options.places.ddl_folder));
  if (!options.file.empty() && all.size() == 1 && !all.front().workflow)
    return fail(Errc::config, all.front().problems.front());
  if (!options.file.empty() && all.size() == 1) return *all.front().workflow;
  const auto name = now.record ? now.record->workflow : std::string();
  const auto hash = now.record ? now.record->workflow_hash : std::string();
  MUSTER_ASSIGN(const auto* picked, pick_workflow(all, name, hash));
  return *picked->workflow;
}

Result<ExitCode> dry_run(const CommonOptions& common, const DryRunOptions& options) {
  MUSTER_TRY(base::check_identity(options.node));
  MUSTER_ASSIGN(const auto session, open_provision(common));
  MUSTER_ASSIGN(const auto fleet, client::Fleet::watch(*session.link));
  MUSTER_TRY(fleet->wait_complete(kRecordsPatience));
  MUSTER_TRY(session.link->wait_trust());
  MUSTER_ASSIGN(const auto now, node_now(session, *fleet, options));
  MUSTER_ASSIGN(const auto workflow, workflow_of(options, now));
  const auto ahead = look_ahead(workflow, now);
  if (common.json)
    print_json(render::dry_run_json(ahead, now, workflow));
  else
    print(render::dry_run_text(ahead, now, workflow, render::Style::of(STDOUT_FILENO),
                               static_cast<std::size_t>(render::columns_of(STDOUT_FILENO))));
  return ExitCode::ok;
}

}  // namespace

void add_workflow_dry_run(Program& program, Command parent) {
  const auto options = std::make_shared<DryRunOptions>();
  Command command =
      add_command(program, parent, "dry-run", "What would happen to a node now; changes nothing",
                  [&program, options] { return dry_run(program.common, *options); });
  command.option("node", options->node, "Its identity").required().type("NODE");
  command
      .option("file", options->file, "The workflow; else the one in the folder that the node is in")
      .type("[FILE]");
  command
      .option("--facts", options->facts, "The node's facts, instead of those that presence tells")
      .type("FILE");
  add_workflow_folder(command, options->places);
  add_ddl_folder(command, options->places);
}

}  // namespace muster::cli
