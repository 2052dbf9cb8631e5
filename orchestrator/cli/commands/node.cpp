// muster node: nodes that nobody listens to any more.
#include <fmt/format.h>

#include <algorithm>

#include "orchestrator/cli/commands/commands.hpp"
#include "orchestrator/cli/control_session.hpp"
#include "orchestrator/cli/output.hpp"
#include "orchestrator/cli/render/text.hpp"
#include "orchestrator/cli/session.hpp"
#include "orchestrator/client/fleet.hpp"
#include "proto/base/clock.hpp"
#include "proto/base/names.hpp"
#include "proto/base/nearest.hpp"

namespace muster::cli {
namespace {

constexpr std::chrono::milliseconds kListPatience{10'000};
constexpr std::chrono::milliseconds kKnownPatience{2'000};  // what a ban waits for: who is there

bool is_banned(const client::Link& link, const std::string& node) {
  const auto bans = link.bans().all();
  return std::any_of(bans.begin(), bans.end(),
                     [&](const client::Ban& ban) { return ban.banned && ban.identity == node; });
}

// "; did you mean …", for a short name too; empty when nothing is near.
std::string hint_among(const std::vector<client::MemberPtr>& members, const std::string& node) {
  std::vector<std::string> names;
  for (const auto& member : members) {
    if (member->identity.starts_with(node + "."))
      return "; did you mean " + base::quoted(member->identity) + "?";
    names.push_back(member->identity);
  }
  const auto near = base::nearest(node, names);
  return near ? "; did you mean " + base::quoted(*near) + "?" : "";
}

// Any name can be banned, also of who is away: whoever mistyped one must hear of it. Empty where nobody can tell in
// kKnownPatience, for a ban is urgent.
std::string why_unknown(const CommonOptions& common, const std::string& node) {
  const auto link = connect(common);
  if (!link || !(*link)->wait_trust() || is_banned(**link, node)) return "";
  const auto fleet = client::Fleet::watch(**link);
  if (!fleet || !(*fleet)->wait_complete(kKnownPatience) || (*fleet)->find(node)) return "";
  return fmt::format("no node {} is on the bus{}", base::quoted(node),
                     hint_among((*fleet)->members(), node));
}

Result<ExitCode> ban_node(const CommonOptions& common, const std::string& node,
                          const std::string& reason) {
  MUSTER_TRY(base::check_identity(node));
  Value inputs{{"node", node}};
  if (!reason.empty()) inputs["reason"] = reason;
  const auto unknown = why_unknown(common, node);
  MUSTER_ASSIGN(const auto done,
                ask_and_show(common, {.action = "node_ban", .arguments = std::move(inputs)},
                             [&](const client::ControlAnswer&) {
                               return fmt::format(
                                   "Nobody listens to {0} from now on\n'muster node "
                                   "unban {0}' lets it back\n",
                                   render::one_line(node));
                             }));
  if (done == ExitCode::ok && !unknown.empty()) note(unknown);
  return done;
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
  MUSTER_TRY(link->wait_trust());
  const auto banned = bans_of(*link);
  std::vector<client::MemberPtr> members;
  if (!only_banned) {
    MUSTER_ASSIGN(const auto fleet, client::Fleet::watch(*link));
    MUSTER_TRY(fleet->wait_complete(kListPatience));
    members = fleet->members();
  }
  if (common.json) {
    Value nodes = Value::array();
    for (const auto& member : members)
      nodes.push_back({{"node", member->identity}, {"banned", false}});
    for (const auto& ban : banned) nodes.push_back(banned_json(ban));
    print_json({{"nodes", std::move(nodes)}});
    return ExitCode::ok;
  }
  if (members.empty() && banned.empty())
    note(only_banned ? "no node is banned" : "no node is online, and none is banned");
  std::string out;
  for (const auto& member : members) out += render::one_line(member->identity) + "\n";
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
