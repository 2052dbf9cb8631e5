// muster node: nodes that nobody listens to any more.
#include <fmt/format.h>

#include "orchestrator/cli/commands/commands.hpp"
#include "orchestrator/cli/control_session.hpp"
#include "orchestrator/cli/output.hpp"
#include "orchestrator/cli/render/text.hpp"
#include "orchestrator/cli/session.hpp"
#include "orchestrator/client/fleet.hpp"
#include "proto/base/clock.hpp"
#include "proto/base/names.hpp"

namespace muster::cli {
namespace {

constexpr std::chrono::milliseconds kListPatience{10'000};

Result<ExitCode> ban_node(const CommonOptions& common, const std::string& node,
                          const std::string& reason) {
  MUSTER_TRY(base::check_identity(node));
  Value inputs{{"node", node}};
  if (!reason.empty()) inputs["reason"] = reason;
  return ask_and_show(common, {.action = "node_ban", .arguments = std::move(inputs)},
                      [&](const client::ControlAnswer&) {
                        return fmt::format(
                            "Nobody listens to {0} from now on\n'muster node unban {0}' lets it "
                            "back\n",
                            render::one_line(node));
                      });
}

Result<ExitCode> unban_node(const CommonOptions& common, const std::string& node) {
  MUSTER_TRY(base::check_identity(node));
  return ask_and_show(common, {.action = "node_unban", .arguments = {{"node", node}}},
                      [&](const client::ControlAnswer&) {
                        return fmt::format(
                            "{} is listened to again; it shows itself within minutes\n",
                            render::one_line(node));
                      });
}

std::vector<client::Ban> bans_of(const client::Link& link) {
  std::vector<client::Ban> banned;
  for (auto& ban : link.bans().all())
    if (ban.banned) banned.push_back(std::move(ban));
  return banned;
}

Value banned_json(const client::Ban& ban) {
  return {{"node", ban.identity},
          {"banned", true},
          {"reason", ban.reason},
          {"by", ban.by},
          {"since", base::iso8601(ban.at_ms)}};
}

Result<ExitCode> list_nodes(const CommonOptions& common, bool only_banned) {
  MUSTER_ASSIGN(const auto link, connect(common));
  MUSTER_TRY(link->settle());
  const auto banned = bans_of(*link);
  std::vector<client::Member> members;
  if (!only_banned) {
    MUSTER_ASSIGN(const auto fleet, client::Fleet::watch(*link));
    MUSTER_TRY(fleet->wait_complete(kListPatience));
    members = fleet->members();
  }
  if (common.json) {
    Value nodes = Value::array();
    for (const auto& member : members)
      nodes.push_back({{"node", member.identity}, {"banned", false}});
    for (const auto& ban : banned) nodes.push_back(banned_json(ban));
    print_json({{"nodes", std::move(nodes)}});
    return ExitCode::ok;
  }
  if (members.empty() && banned.empty())
    note(only_banned ? "no node is banned" : "no node is online, and none is banned");
  std::string out;
  for (const auto& member : members) out += render::one_line(member.identity) + "\n";
  for (const auto& ban : banned)
    out += fmt::format("{}  banned {} by {}{}\n", render::one_line(ban.identity),
                       base::iso8601(ban.at_ms).substr(0, 10), render::one_line(ban.by),
                       ban.reason.empty() ? "" : ": " + render::one_line(ban.reason));
  print(out);
  return ExitCode::ok;
}

struct NodeOptions {
  std::string node;
  std::string reason;
  bool banned = false;
};

}  // namespace

void add_node(Program& program) {
  const Command group =
      add_group(program, "node", "Nodes: who is there, and who is not listened to");
  calls_no_node(program, group);
  const auto options = std::make_shared<NodeOptions>();
  Command ban = add_command(
      program, group, "ban", "Mute a node at once, on the whole bus",
      [&program, options] { return ban_node(program.common, options->node, options->reason); });
  ban.option("node", options->node, "Its identity").required().type("NODE");
  ban.option("--reason", options->reason, "Why, for those who read it later").type("TEXT");
  Command unban =
      add_command(program, group, "unban", "Listen to a banned node again",
                  [&program, options] { return unban_node(program.common, options->node); });
  unban.option("node", options->node, "Its identity").required().type("NODE");
  Command list =
      add_command(program, group, "list", "The nodes online, and the banned ones",
                  [&program, options] { return list_nodes(program.common, options->banned); });
  list.flag("--banned", options->banned, "The banned ones alone");
}

}  // namespace muster::cli
