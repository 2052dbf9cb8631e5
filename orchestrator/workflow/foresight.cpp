#include "orchestrator/workflow/foresight.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "orchestrator/workflow/judgement.hpp"
#include "orchestrator/workflow/known_names.hpp"

namespace muster::workflow {
namespace {

using Fate = Foreseen::Fate;

Foreseen judged(const Step& step, const Condition& when, const KnownOfNode& node) {
  const auto judgement = judge(when, node.values, node.is_joining);
  const auto because = fmt::format("{}", fmt::join(judgement.because, ", "));
  switch (judgement.answer) {
    case Judgement::Answer::no:
      return {step.name, Fate::skipped, fmt::format("only when: {}; {}", when.text(), because)};
    case Judgement::Answer::open:
      return {step.name, Fate::open,
              fmt::format("only when: {}; not known yet: {}", when.text(), because)};
    case Judgement::Answer::yes:
      break;
  }
  return {step.name, Fate::runs, because};
}

// Of all its conditions the one that forbids it, else one that is open, else its own.
Foreseen judged(const Step& step, const KnownOfNode& node) {
  Foreseen whole{step.name, Fate::runs, ""};
  for (const auto* when : conditions_of(step, node.finished)) {
    auto each = judged(step, *when, node);
    if (each.fate == Fate::skipped) return each;
    if (whole.fate == Fate::runs) whole = std::move(each);
  }
  return whole;
}

bool reads_reply_of(const Step& later, const std::string& step) {
  const auto names = names_read_by(later);
  return std::any_of(names.begin(), names.end(), [&](const std::string& name) {
    const auto named = step_output(name);
    return named && named->step == step;
  });
}

// The one that is still to come and names what the step answered; null: none does.
const Step* who_needs(const Workflow& workflow, const std::vector<Foreseen>& all, std::size_t at) {
  for (auto later = at + 1; later < all.size(); ++later)
    if ((all[later].fate == Fate::runs || all[later].fate == Fate::open) &&
        reads_reply_of(workflow.steps[later], all[at].step))
      return &workflow.steps[later];
  return nullptr;
}

}  // namespace

std::vector<Foreseen> foresee(const Workflow& workflow, const KnownOfNode& node) {
  std::vector<Foreseen> all;
  for (const auto& step : workflow.steps)
    all.push_back(node.finished.contains(step.name) ? Foreseen{step.name, Fate::finished, ""}
                                                    : judged(step, node));
  // From the end: who is asked again may need what an earlier one answered.
  for (auto at = all.size(); !node.goes_on && at-- > 1;)
    if (all[at].fate == Fate::finished)
      if (const auto* later = who_needs(workflow, all, at))
        all[at] = {all[at].step, Fate::runs,
                   fmt::format("again: {} needs what it answered", later->name)};
  return all;
}

}  // namespace muster::workflow
