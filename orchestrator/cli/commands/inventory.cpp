#include <fmt/format.h>
#include <unistd.h>

#include "orchestrator/cli/call_options.hpp"
#include "orchestrator/cli/commands/commands.hpp"
#include "orchestrator/cli/commands/inventory_fleet.hpp"
#include "orchestrator/cli/output.hpp"
#include "orchestrator/cli/remote_call.hpp"
#include "orchestrator/cli/render/inventory.hpp"
#include "orchestrator/cli/render/style.hpp"
#include "proto/base/names.hpp"
#include "proto/ddl/texts.hpp"

namespace muster::cli {
namespace {

struct InventoryOptions {
  CallOptions call;
  FleetInventory fleet;
  std::string node;
};

using Pending = std::shared_ptr<client::Caller::Pending>;

Result<Pending> ask(client::Caller& caller, const InventoryOptions& options,
                    const std::string& action, std::chrono::milliseconds timeout) {
  client::Call call;
  call.agent = "rpcutil";
  call.action = action;
  call.targets = {options.node};
  call.timeout = timeout;
  call.ttl = std::chrono::seconds(options.call.ttl_s);
  MUSTER_ASSIGN(auto pending, caller.begin(call));
  pending->all_expected();
  return pending;
}

Result<ExitCode> inventory_of_one(const CommonOptions& common, const InventoryOptions& options) {
  MUSTER_TRY(base::check_identity(options.node));
  MUSTER_ASSIGN(const auto some_only, restricted(options.call));
  if (some_only)
    return fail(Errc::config, fmt::format("'{}' is the node: filters and discovery are for reports "
                                          "about many",
                                          options.node));
  MUSTER_ASSIGN(const auto rpcutil, ddl::built_in("rpcutil"));
  const auto timeout = options.call.timeout_or(rpcutil.timeout + kAnswerGrace);
  Conversation talk(common, options.call.target);
  MUSTER_TRY(talk.open());
  MUSTER_ASSIGN(const auto first, ask(talk.caller(), options, "inventory", timeout));
  MUSTER_ASSIGN(const auto second, ask(talk.caller(), options, "daemon_stats", timeout));
  const auto facts = first->wait();
  const auto statistics = second->wait();
  const auto& node = facts.results.front();
  if (node.outcome != client::Outcome::ok) {
    note(node.outcome == client::Outcome::silent ? "no response from " + options.node
                                                 : options.node + ": " + node.message);
    if (common.json)
      print_json(
          {{"node", options.node}, {"outcome", name_of(node.outcome)}, {"message", node.message}});
    return exit_code_of(facts);
  }
  const auto& counted = statistics.results.front();
  const Value& numbers = counted.data;
  if (counted.outcome != client::Outcome::ok)
    note(counted.outcome == client::Outcome::silent
             ? "no statistics from " + options.node + ": it did not answer rpcutil#daemon_stats"
             : options.node + ": rpcutil#daemon_stats: " + counted.message);
  if (common.json)
    print_json({{"node", options.node},
                {"outcome", "ok"},
                {"inventory", node.data},
                {"daemon_stats", numbers},
                {"daemon_stats_outcome", name_of(counted.outcome)}});
  else
    print(
        render::inventory_text(options.node, node.data, numbers, render::Style::of(STDOUT_FILENO)));
  return exit_code_of(statistics);
}

Result<ExitCode> inventory(const CommonOptions& common, const InventoryOptions& options) {
  const bool fleet = options.fleet.wanted();
  if (fleet && !options.node.empty())
    return fail(Errc::config,
                "a report is about many nodes: '-I " + options.node + "' restricts it to one");
  if (fleet) return inventory_of_fleet(common, options.call, options.fleet);
  if (options.node.empty())
    return fail(Errc::config,
                "say which: `muster inventory NODE`, or --list-collectives, --report FORMAT, "
                "--template FILE, --collective-graph FILE");
  return inventory_of_one(common, options);
}

}  // namespace

void add_inventory(Program& program) {
  const auto options = std::make_shared<InventoryOptions>();
  Command command = add_command(
      program, program.root(), "inventory", "Everything about one node, or a report about many",
      [&program, options] { return inventory(program.common, *options); });
  command.option("node", options->node, "Its identity").type("NODE");
  auto& fleet = options->fleet;
  command.flag("--list-collectives,--lc", fleet.list_collectives,
               "Collectives and how many nodes each has, from presence");
  command
      .option("--report", fleet.report,
              "A line a node: '{identity:30} {facts.os.family} {version} {agents} {classes}'")
      .type("FORMAT");
  command.option("--template", fleet.template_file, "The same from a file, with header and footer")
      .type("FILE");
  command
      .option("--collective-graph,--cg", fleet.graph,
              "Write who is in which collective, for Graphviz")
      .type("FILE");
  add_call_options(command, options->call);
}

}  // namespace muster::cli
