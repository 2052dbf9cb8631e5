#include "orchestrator/workflow/step_kinds.hpp"

#include <algorithm>
#include <array>

namespace muster::workflow {
namespace {

constexpr std::array<std::string_view, 2> kChoiceKeys{"facts", "otherwise"};
constexpr std::array<std::string_view, 5> kChooseKeys{"from", "agent", "facts", "most", "if_none"};
constexpr std::array<std::string_view, 3> kChosen{"identity", "address", "identities"};
constexpr std::array<std::string_view, 2> kCallKeys{"on", "with"};
constexpr std::array<std::string_view, 1> kWithKeys{"with"};
constexpr std::array<std::string_view, 1> kFileKeys{"file"};
constexpr std::array<std::string_view, 1> kParallelKeys{"parallel"};
constexpr std::array<std::string_view, 2> kProgramKeys{"with", "outputs"};

constexpr std::array kKinds{
    StepKind{.kind = Kind::claim, .word = "claim", .scope = Scope::node, .is_tried = false},
    StepKind{.kind = Kind::leave,
             .word = "leave",
             .scope = Scope::orchestrator,
             .is_tried = false,
             .in_leaving = true},
    StepKind{.kind = Kind::pick_master,
             .word = "pick-master",
             .scope = Scope::orchestrator,
             .gives_master = true,
             .keys = kChoiceKeys},
    StepKind{.kind = Kind::choose,
             .word = "choose",
             .scope = Scope::orchestrator,
             .in_leaving = true,
             .beside = true,
             .keys = kChooseKeys,
             .outputs = kChosen},
    StepKind{.kind = Kind::call,
             .word = "call",
             .scope = Scope::node,
             .compensates = true,
             .in_leaving = true,
             .beside = true,
             .keys = kCallKeys},
    StepKind{.kind = Kind::clean_certificates,
             .word = "clean-certificates",
             .scope = Scope::all_masters,
             .leaves_debt = true,
             .compensates = true,
             .in_leaving = true},
    StepKind{.kind = Kind::enter_collective, .word = "enter-collective", .scope = Scope::node},
    StepKind{.kind = Kind::puppet_run,
             .word = "puppet-run",
             .scope = Scope::node,
             .beside = true,
             .keys = kWithKeys},
    StepKind{.kind = Kind::reboot,
             .word = "reboot",
             .scope = Scope::node,
             .node_is_away = true,
             .timeout = std::chrono::minutes(15)},
    StepKind{.kind = Kind::program,
             .word = "program",
             .scope = Scope::orchestrator,
             .compensates = true,
             .in_leaving = true,
             .beside = true,
             .keys = kProgramKeys},
    StepKind{.kind = Kind::notify,
             .word = "notify",
             .scope = Scope::people,
             .compensates = true,
             .in_leaving = true,
             .beside = true},
    StepKind{.kind = Kind::wait,
             .word = "wait",
             .scope = Scope::orchestrator,
             .in_leaving = true,
             .beside = true,
             .keys = kWithKeys},
    StepKind{.kind = Kind::ban, .word = "ban", .scope = Scope::orchestrator, .in_leaving = true},
    StepKind{.kind = Kind::workflow,
             .word = "workflow",
             .scope = Scope::orchestrator,
             .in_leaving = true,
             .is_block = true,
             .keys = kFileKeys},
    StepKind{.kind = Kind::parallel,
             .word = "parallel",
             .scope = Scope::orchestrator,
             .in_leaving = true,
             .is_block = true,
             .keys = kParallelKeys}};

// It has a key of its own instead.
bool stands_behind_do(const StepKind& kind) {
  return kind.kind != Kind::call && kind.kind != Kind::parallel;
}

}  // namespace

std::span<const StepKind> step_kinds() {
  return kKinds;
}

const StepKind& kind_of(Kind kind) {
  return *std::find_if(kKinds.begin(), kKinds.end(),
                       [kind](const StepKind& each) { return each.kind == kind; });
}

const StepKind* kind_by_word(std::string_view word) {
  const auto* at = std::find_if(kKinds.begin(), kKinds.end(), [word](const StepKind& each) {
    return stands_behind_do(each) && each.word == word;
  });
  return at == kKinds.end() ? nullptr : at;
}

std::vector<std::string_view> words_of_kinds() {
  std::vector<std::string_view> words;
  for (const auto& each : kKinds)
    if (stands_behind_do(each)) words.push_back(each.word);
  return words;
}

}  // namespace muster::workflow
