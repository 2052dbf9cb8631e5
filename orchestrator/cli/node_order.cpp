#include "orchestrator/cli/node_order.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "orchestrator/cli/approval/approval_session.hpp"
#include "orchestrator/cli/call_options.hpp"
#include "orchestrator/cli/control_session.hpp"
#include "orchestrator/cli/node_choice.hpp"
#include "orchestrator/cli/output.hpp"
#include "orchestrator/cli/render/node_outcomes.hpp"
#include "orchestrator/cli/session.hpp"
#include "orchestrator/client/node_orders.hpp"
#include "proto/ddl/texts.hpp"

namespace muster::cli {
namespace {

constexpr std::chrono::milliseconds kOrderTimeout{15'000};
constexpr double kOrderTimeoutLeastS = 0.01;
constexpr double kOrderTimeoutMostS = 24 * 3600;

struct OrderOptions {
  NodeChoice choice;
  CallOptions call;
  bool flag = false;  // NodeOrderWords::flag was given
};

using Names = std::vector<std::string>;
using Outcomes = std::vector<client::NodeOutcome>;

client::NodeOrder order_of(const NodeOrderWords& words, const OrderOptions& options, Names nodes) {
  client::NodeOrder order;
  order.request.action = words.action;
  order.request.arguments = {{"nodes", nodes}};
  if (options.flag) order.request.arguments[words.flag->input] = true;
  order.request.timeout = options.call.timeout_or(kOrderTimeout);
  order.request.confirmed = options.call.yes || nodes.size() > kNodesUnasked;  // it was asked
  order.nodes = std::move(nodes);
  return order;
}

// A request of many nodes is several; what was approved is one.
Result<Outcomes> order_in_pieces(client::Link& link, const NodeOrderWords& words,
                                 const OrderOptions& options, const Names& nodes) {
  Outcomes all;
  for (std::size_t from = 0; from < nodes.size(); from += client::kNodesPerOrderMax) {
    const auto until = std::min(nodes.size(), from + client::kNodesPerOrderMax);
    Names piece(nodes.begin() + static_cast<std::ptrdiff_t>(from),
                nodes.begin() + static_cast<std::ptrdiff_t>(until));
    auto done = client::order_nodes(link, order_of(words, options, piece));
    if (done) {
      all.insert(all.end(), std::make_move_iterator(done->nodes.begin()),
                 std::make_move_iterator(done->nodes.end()));
      continue;
    }
    // What was done of earlier pieces is to be seen all the same.
    for (auto& node : piece)
      all.push_back({std::move(node), client::Outcome::failed, done.error().message, ""});
  }
  return all;
}

Result<std::optional<ExitCode>> ask_with_approval(const CommonOptions& common, client::Link& link,
                                                  client::NodeOrder order, Outcomes& outcomes) {
  if (order.nodes.size() > client::kNodesPerOrderMax)
    return fail(Errc::limit,
                fmt::format("at most {} nodes can be approved at once", client::kNodesPerOrderMax));
  MUSTER_ASSIGN(const auto description, ddl::built_in("orchestrator"));
  MUSTER_ASSIGN(auto checked,
                ddl::check_inputs(description, order.request.action, order.request.arguments));
  MUSTER_ASSIGN(const auto asked, approve_first(common, link, order.request, std::move(checked)));
  if (asked) return asked;
  MUSTER_ASSIGN(auto done, client::order_nodes(link, std::move(order)));
  if (!done.answers.empty()) note_needed_approval(done.answers.front());
  outcomes = std::move(done.nodes);
  return std::nullopt;
}

ExitCode show(const CommonOptions& common, const NodeOrderWords& words, const OrderOptions& options,
              const Outcomes& outcomes) {
  const bool all_done = std::all_of(outcomes.begin(), outcomes.end(), [](const auto& one) {
    return one.outcome == client::Outcome::ok;
  });
  if (common.json)
    print_json(render::node_outcomes_json(words.action, outcomes));
  else if (outcomes.size() > 1)
    print(render::node_outcomes_text(outcomes, render::Style::of(STDOUT_FILENO),
                                     static_cast<std::size_t>(render::columns_of(STDOUT_FILENO))));
  else if (all_done)
    print(render::one_done_text(outcomes.front(), options.flag ? words.flag->done : words.done));
  if (!all_done && !common.json && outcomes.size() == 1)
    note(outcomes.front().orchestrator + ": " + outcomes.front().message);
  return all_done ? ExitCode::ok : ExitCode::failed;
}

Result<ExitCode> order_nodes(const CommonOptions& common, const NodeOrderWords& words,
                             const OrderOptions& options) {
  MUSTER_TRY(check_approval_options(common.approval));
  MUSTER_TRY(check_choice(options.choice, options.call));
  MUSTER_ASSIGN(const auto link, connect(common, options.call.target));
  MUSTER_ASSIGN(const auto nodes, choose_nodes(*link, options.choice, options.call, words.states));
  if (!options.call.yes)
    MUSTER_TRY(check_meant(nodes, options.flag ? words.flag->what : words.what, common.json));
  Outcomes outcomes;
  const auto& approval = common.approval;
  const bool one_piece = nodes.size() <= client::kNodesPerOrderMax;
  if (one_piece || approval.asks() || !approval.id.empty()) {
    MUSTER_ASSIGN(const auto asked,
                  ask_with_approval(common, *link, order_of(words, options, nodes), outcomes));
    if (asked) return *asked;
  } else {
    MUSTER_ASSIGN(outcomes, order_in_pieces(*link, words, options, nodes));
  }
  return show(common, words, options, outcomes);
}

}  // namespace

void add_node_order(Program& program, Command parent, const NodeOrderWords& words) {
  const auto options = std::make_shared<OrderOptions>();
  Command command = add_command(
      program, parent, words.name, words.description,
      [&program, options, words] { return order_nodes(program.common, words, *options); });
  add_node_choice(command, options->choice, options->call);
  if (words.flag) command.flag(words.flag->option, options->flag, words.flag->description);
  add_target_option(command, options->call);
  command.option("-t,--timeout", options->call.timeout_s, "How long until nobody is waited for")
      .time(kOrderTimeoutLeastS, kOrderTimeoutMostS)
      .group("Request");
  add_approval_options(command, program.common.approval);
}

}  // namespace muster::cli
