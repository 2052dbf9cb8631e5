#include <fmt/format.h>
#include <fmt/ranges.h>

#include "orchestrator/cli/commands/root.hpp"
#include "orchestrator/cli/output.hpp"
#include "orchestrator/cli/render/text.hpp"
#include "orchestrator/cli/session.hpp"
#include "orchestrator/client/root_reach.hpp"
#include "proto/base/clock.hpp"

namespace muster::cli {
namespace {

Value root_json(const x509::Certificate& root, const client::RootReach& reach) {
  return {{"name", root.common_name()},
          {"fingerprint", root.fingerprint()},
          {"until", base::iso8601(root.not_after_ms())},
          {"obeyed_by", reach.have.size()},
          {"not_by", reach.lack},
          {"away", reach.away}};
}

std::string root_text(const x509::Certificate& root, const client::RootReach& reach) {
  auto text = fmt::format("   {}\n      until {}, obeyed by {} of {} nodes on the bus\n      {}\n",
                          render::one_line(root.common_name()),
                          base::iso8601(root.not_after_ms()).substr(0, 10), reach.have.size(),
                          reach.have.size() + reach.lack.size(), root.fingerprint());
  if (!reach.lack.empty())
    text += fmt::format("      not by {}\n",
                        render::one_line(fmt::format("{}", fmt::join(reach.lack, ", "))));
  return text;
}

Result<ExitCode> show_roots(const CommonOptions& common) {
  MUSTER_ASSIGN(const auto link, connect(common));
  MUSTER_TRY(link->wait_trust());
  Value document = Value::object();
  std::string text;
  for (const auto which : {security::Root::operators, security::Root::orchestrators}) {
    const auto state = link->roots()->state(which);
    MUSTER_ASSIGN(const auto reaches, client::root_reach(*link, state.roots));
    Value roots = Value::array();
    text += fmt::format("{}{}\n", security::word_of(which),
                        state.roots.size() > 1 ? ", being rotated" : "");
    for (std::size_t i = 0; i < reaches.size(); ++i) {
      roots.push_back(root_json(state.roots[i], reaches[i]));
      text += root_text(state.roots[i], reaches[i]);
    }
    document[std::string(security::word_of(which))] = {{"number", state.number},
                                                       {"rotating", state.roots.size() > 1},
                                                       {"roots", std::move(roots)}};
  }
  if (common.json)
    print_json(document);
  else
    print(text);
  return ExitCode::ok;
}

}  // namespace

void add_root_show(Program& program, Command parent) {
  add_command(program, parent, "show", "The roots in force, and how many nodes obey each",
              [&program] { return show_roots(program.common); });
}

}  // namespace muster::cli
