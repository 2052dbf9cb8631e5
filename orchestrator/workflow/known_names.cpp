#include "orchestrator/workflow/known_names.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "proto/base/names.hpp"
#include "proto/base/nearest.hpp"

namespace muster::workflow {
namespace {

constexpr std::array<std::string_view, 6> kSingle{"node.identity",           "token.extensions",
                                                  "token.alternative_names", "master.identity",
                                                  "master.address",          "master.ca"};
constexpr std::array<std::string_view, 4> kRoots{"node", "token", "master", "steps"};

std::string_view root_of(std::string_view name) {
  return name.substr(0, name.find('.'));
}

bool holds_facts(std::string_view name) {
  const auto below = [name](std::string_view facts) {
    return name.starts_with(facts) && name.size() > facts.size();
  };
  return below(kNodeFacts) || below(kMasterFacts) || below(kTokenExtensions);
}

tl::unexpected<Error> unknown(const std::string& name) {
  const auto root = std::string(root_of(name));
  const bool has_root = std::find(kRoots.begin(), kRoots.end(), root) != kRoots.end();
  if (!has_root)
    return fail(
        Errc::config,
        fmt::format("there is no {}: a name begins with node, token, master or steps{}",
                    base::quoted(name), base::hint_for(root, {kRoots.begin(), kRoots.end()})));
  std::vector<std::string> known;
  for (const auto each : kSingle)
    if (root_of(each) == root) known.emplace_back(each);
  if (root == "node" || root == "master") known.push_back(root + ".facts.FACT");
  return fail(Errc::config,
              fmt::format("there is no {}{}", base::quoted(name), base::hint_for(name, known)));
}

}  // namespace

std::optional<StepOutput> step_output(std::string_view name) {
  if (!name.starts_with(kSteps)) return std::nullopt;
  name.remove_prefix(kSteps.size());
  const auto dot = name.find('.');
  if (dot == std::string_view::npos || dot == 0 || dot + 1 == name.size()) return std::nullopt;
  const auto rest = name.substr(dot + 1);
  return StepOutput{std::string(name.substr(0, dot)), std::string(rest.substr(0, rest.find('.')))};
}

void KnownNames::add(const Step& step) {
  has_master_ = has_master_ || kind_of(step.kind).gives_master;
  before_.push_back(step);
}

Status KnownNames::check(const std::string& name) const {
  if (root_of(name) == "steps") return check_output(name);
  const bool known =
      holds_facts(name) || std::find(kSingle.begin(), kSingle.end(), name) != kSingle.end();
  if (!known) return unknown(name);
  if (root_of(name) == "master" && !has_master_)
    return fail(Errc::config,
                fmt::format("there is no {} before a step 'do: pick-master'", base::quoted(name)));
  return {};
}

Status KnownNames::check_output(const std::string& name) const {
  const auto named = step_output(name);
  if (!named)
    return fail(Errc::config, fmt::format("{} is written steps.STEP.OUTPUT", base::quoted(name)));
  const auto at = std::find_if(before_.begin(), before_.end(),
                               [&](const Step& each) { return each.name == named->step; });
  if (at == before_.end()) {
    if (std::find(steps_.begin(), steps_.end(), named->step) != steps_.end())
      return fail(Errc::config, fmt::format("{}: the step '{}' has not been done by then",
                                            base::quoted(name), named->step));
    if (outer_ != nullptr) return outer_->check_output(name);
    return fail(Errc::config,
                fmt::format("{}: there is no step {}{}", base::quoted(name),
                            base::quoted(named->step), base::hint_for(named->step, steps_)));
  }
  const auto outputs = outputs_of(*at, agents_);
  if (std::find(outputs.begin(), outputs.end(), named->output) != outputs.end()) return {};
  return fail(Errc::config,
              fmt::format("{}: the step '{}' has no output {}{}", base::quoted(name), at->name,
                          base::quoted(named->output), base::hint_for(named->output, outputs)));
}

}  // namespace muster::workflow
