#include "orchestrator/provision/run/steps/call_others.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "orchestrator/provision/run/steps/chosen_nodes.hpp"
#include "orchestrator/workflow/templates.hpp"
#include "proto/base/names.hpp"
#include "proto/loop/attempt.hpp"

namespace muster::provision {
namespace {

using Names = std::vector<std::string>;

// A name, or a list of them; each once.
Result<Names> names_of(const Value& on) {
  Names names;
  for (const auto& each : on.is_array() ? on : Value::array({on})) {
    if (!each.is_string())
      return fail(Errc::config,
                  fmt::format("'on' has become {}, which names no node", base::quoted(on.dump())));
    auto name = each.get<std::string>();
    MUSTER_TRY(base::check_identity(name));
    if (std::find(names.begin(), names.end(), name) == names.end())
      names.push_back(std::move(name));
  }
  if (names.size() > workflow::kChosenMax)
    return fail(Errc::limit, fmt::format("'on' names {} nodes; the limit is {}", names.size(),
                                         workflow::kChosenMax));
  return names;
}

Result<Names> whom_to_call(RunState& run, const workflow::Step& step) {
  if (!step.on.empty()) {
    MUSTER_ASSIGN(const Value on, workflow::expand(Value(step.on), run.values));
    return names_of(on);
  }
  MUSTER_ASSIGN(const auto chosen, chosen_nodes(run, step.selection));
  Names names;
  for (const auto& each : chosen) names.push_back(each.identity);
  return names;
}

// Who refuses says more than who is silent, and that more than that we are cut off.
Status all_of(const Names& names, const std::vector<Result<Value>>& replies) {
  Names why;
  Errc code = Errc::unavailable;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (replies[i]) continue;
    why.push_back(fmt::format("{}: {}", names[i], replies[i].error().message));
    if (code == Errc::unavailable || code == Errc::timeout) code = replies[i].error().code;
  }
  if (why.empty()) return {};
  return fail(code,
              fmt::format("{} of {} failed: {}", why.size(), names.size(), fmt::join(why, "; ")));
}

}  // namespace

loop::Task<Status> call_others(RunState& run, const workflow::Step& step, Value arguments) {
  MUSTER_CO_ASSIGN(const auto names, whom_to_call(run, step));
  if (names.empty()) {
    if (run.note.empty()) run.note = "nobody is named";
    co_return Status{};
  }
  auto asked =
      run.world.call_masters(names, {step.agent, step.action, std::move(arguments), step.timeout});
  const auto replies = co_await asked;
  const auto all = all_of(names, replies);
  if (all) run.note = fmt::format("{}", fmt::join(names, ", "));
  co_return all;
}

}  // namespace muster::provision
