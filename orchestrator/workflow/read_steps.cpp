#include "orchestrator/workflow/read_steps.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <utility>

#include "orchestrator/workflow/placed.hpp"
#include "orchestrator/workflow/read_step.hpp"
#include "proto/base/names.hpp"

namespace muster::workflow {
namespace {

namespace fs = std::filesystem;

void check_length(base::StrictMap& map, const std::vector<Step>& steps) {
  for (const auto& step : steps)
    if (step.name.size() > kStepNameMaxBytes)
      return map.complain("name", fmt::format("the step '{}' has a name of {} bytes; the limit is "
                                              "{}, with the workflows that it is in",
                                              step.name, step.name.size(), kStepNameMaxBytes));
}

// What a workflow that is a step of another one leaves to that.
bool begins_whole(const Step& step) {
  return step.kind == Kind::claim || step.kind == Kind::leave;
}

// Below the whole's folder, which one person answers for; what a workflow names must not make the orchestrator read anything else.
Status lies_in_folder(const fs::path& inner, const std::string& named) {
  if (!inner.is_absolute() && *inner.begin() != "..") return {};
  return fail(Errc::config,
              fmt::format("{} leaves the folder of the workflow that is loaded; move the file into "
                          "that folder, or below it, and name it by a relative path",
                          base::quoted(named)));
}

}  // namespace

void read_head(base::StrictMap& map, Workflow& workflow) {
  map.text("name", workflow.name);
  if (auto ok = base::check_word("workflow", workflow.name); !ok)
    map.complain("name", ok.error().message);
  std::int64_t attempts = workflow.attempts;
  map.integer("attempts", attempts, 1, kAttemptsMax);
  workflow.attempts = static_cast<std::uint32_t>(attempts);
  std::int64_t lease = workflow.lease.count();
  map.integer("lease_s", lease, 10, 3600);
  workflow.lease = std::chrono::seconds(lease);
  read_seconds(map, "retry_first_s", workflow.retry_first);
  read_seconds(map, "retry_most_s", workflow.retry_most);
  std::int64_t late_after = workflow.late_after.count();
  map.integer("late_after_s", late_after, kLateAfterLeast.count(),
              std::chrono::seconds(kLateAfterMost).count());
  workflow.late_after = std::chrono::seconds(late_after);
}

// Counts what aliases repeat as often as it is repeated: nothing larger is read step by step.
std::optional<std::vector<std::string>> names_of_steps(base::StrictMap& map, std::string_view key) {
  Value steps(Value::value_t::discarded);
  map.any(key, steps);
  if (steps.is_discarded() && map.has(key)) return std::nullopt;
  std::vector<std::string> names;
  if (!steps.is_array()) return names;
  if (steps.size() > kStepsMax) {
    map.complain(key, fmt::format("{} steps; the limit is {}", steps.size(), kStepsMax));
    return std::nullopt;
  }
  for (const auto& step : steps)
    if (step.is_object() && step.contains("name") && step.at("name").is_string())
      names.push_back(step.at("name").get<std::string>());
  return names;
}

StepsReader::StepsReader(const Descriptions& agents, FindText find, std::string name)
    : agents_(agents), find_(std::move(find)), name_(std::move(name)) {}

std::vector<Step> StepsReader::read(base::StrictMap& map, const Place& place, OrderCheck& order) {
  std::vector<Step> steps;
  map.maps("steps", [&](base::StrictMap& inner) {
    auto step = read_step(inner, agents_, [&](base::StrictMap& at, const Step& each) {
      order.check_compensating(at, each);
    });
    order.check_next(inner, step);
    if (!kind_of(step.kind).is_block) return steps.push_back(std::move(step));
    auto held = step.kind == Kind::parallel ? read_parallel(inner, step, order)
                                            : read_inner(inner, step, place, order);
    for (auto& each : held) steps.push_back(std::move(each));
    if (steps.size() > kStepsMax)
      inner.complain("name", fmt::format("{} steps by now, with those of other workflows; the "
                                         "limit is {}",
                                         steps.size(), kStepsMax));
  });
  return steps;
}

// A few dozen files at most are opened, whatever names whatever.
Status StepsReader::may_open(const Place& inner) {
  std::string path = inner.file;
  std::size_t depth = 0;
  for (const auto* outer = inner.outer; outer != nullptr; outer = outer->outer) {
    path = outer->file + " > " + path;
    ++depth;
    if (outer->file == inner.file)
      return fail(Errc::config, fmt::format("a workflow cannot be a step of itself: {}", path));
  }
  if (depth > kNestingMax)
    return fail(Errc::config,
                fmt::format("{}: workflows are {} deep in one another at most", path, kNestingMax));
  if (++opened_ > kInnerWorkflowsMax)
    return fail(Errc::config, fmt::format("more than {} steps are other workflows, those of inner "
                                          "ones among them",
                                          kInnerWorkflowsMax));
  return {};
}

std::vector<Step> StepsReader::read_parallel(base::StrictMap& map, const Step& step,
                                             OrderCheck& order) {
  auto names = names_of_steps(map, "parallel");
  if (!names) return {};
  OrderCheck beside(agents_, *std::move(names), &order);
  std::vector<Step> steps;
  map.maps("parallel", [&](base::StrictMap& inner) {
    steps.push_back(read_step(inner, agents_, [&](base::StrictMap& at, const Step& each) {
      beside.check_compensating(at, each);
    }));
    beside.check_beside(inner, steps.back());
  });
  if (steps.size() < 2 || steps.size() > kParallelMax)
    map.complain("parallel", fmt::format("'parallel' is a list of 2 to {} steps", kParallelMax));
  const Block block{.name = step.name,
                    .when = step.when,
                    .is_parallel = true,
                    .skips = step.on_failure == OnFailure::skip};
  steps = placed_in(block, step, std::move(steps));
  check_length(map, steps);
  order.add_inner(steps);
  return steps;
}

std::vector<Step> StepsReader::read_inner(base::StrictMap& map, const Step& step,
                                          const Place& place, OrderCheck& order) {
  const auto give_up = [&map](const std::string& why) {
    map.complain(map.has("file") ? "file" : "name", why);
    return std::vector<Step>();
  };
  if (step.file.empty()) return {};  // complained of
  const Place inner{(fs::path(place.file).parent_path() / step.file).lexically_normal().string(),
                    &place};
  if (const auto ok = lies_in_folder(inner.file, step.file); !ok)
    return give_up(ok.error().message);
  if (const auto ok = may_open(inner); !ok) return give_up(ok.error().message);
  const auto text = find_(inner.file);
  if (!text) return give_up(text.error().message);
  const auto shown = (fs::path(name_).parent_path() / inner.file).string();
  auto inside = base::StrictMap::from_text(*text, shown);
  if (!inside) return give_up(inside.error().message);
  Workflow head;  // what counts of a run is said by the whole
  read_head(*inside, head);
  std::vector<Step> steps;
  if (auto names = names_of_steps(*inside)) {
    OrderCheck inner_order(agents_, *std::move(names), &order);
    steps = read(*inside, inner, inner_order);
    inner_order.check_all(*inside);
  }
  if (const auto ok = inside->finish(); !ok) return give_up(ok.error().message);
  if (!steps.empty() && begins_whole(steps.front())) steps.erase(steps.begin());
  if (steps.empty()) return give_up(fmt::format("{} has no step besides its claim", shown));
  const Block block{
      .name = step.name, .when = step.when, .skips = step.on_failure == OnFailure::skip};
  steps = placed_in(block, step, std::move(steps));
  check_length(map, steps);
  order.add_inner(steps);
  return steps;
}

}  // namespace muster::workflow
