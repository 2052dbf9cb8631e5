#include "orchestrator/cli/policy_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "orchestrator/cli/ddl_library.hpp"
#include "proto/base/files.hpp"
#include "proto/base/names.hpp"
#include "proto/base/nearest.hpp"
#include "proto/policy/policy_store.hpp"

namespace muster::cli {
namespace {

namespace fs = std::filesystem;

std::string counted(std::size_t count, std::string_view what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

void check_groups(const fs::path& file, const std::string& text, CheckedPolicy& out) {
  out.problems = policy::Groups::problems(text, file.string());
  if (!out.problems.empty()) return;
  out.summary = counted(policy::Groups::parse(text, file.string())->size(), "group");
}

void note_unknown_actions(const fs::path& file, const policy::Policy& policy, CheckedPolicy& out) {
  const auto agent = DdlLibrary(user_ddl_folders()).find(file.stem().string());
  if (!agent) return;
  const auto known = agent->action_names();
  for (const auto& [line, action] : policy.named_actions())
    if (std::find(known.begin(), known.end(), action) == known.end())
      out.notes.push_back(fmt::format("{}:{}: {} has no action {}{}", file.string(), line,
                                      file.stem().string(), base::quoted(action),
                                      base::hint_for(action, known)));
}

bool has_argument(const ddl::Agent& agent, const std::vector<std::string>& actions,
                  const std::string& argument, std::vector<std::string>& known) {
  for (const auto& action : agent.actions) {
    if (!actions.empty() && std::find(actions.begin(), actions.end(), action.name) == actions.end())
      continue;
    for (const auto& input : action.inputs) known.push_back(input.name);
  }
  return std::find(known.begin(), known.end(), argument) != known.end();
}

void note_unknown_arguments(const fs::path& file, const policy::Policy& policy,
                            CheckedPolicy& out) {
  const auto name = file.stem().string();
  const auto agent = DdlLibrary(user_ddl_folders()).find(name);
  if (!agent) return;
  for (const auto& [line, actions, argument] : policy.named_arguments()) {
    std::vector<std::string> known;
    if (!has_argument(*agent, actions, argument, known))
      out.notes.push_back(fmt::format("{}:{}: {} takes no argument {} there{}", file.string(), line,
                                      name, base::quoted(argument),
                                      base::hint_for(argument, known)));
  }
}

}  // namespace

std::shared_ptr<const policy::Groups> groups_for(const fs::path& policies, const fs::path& groups) {
  return policy::load_groups(groups.empty() ? policies.parent_path() / policy::kGroupsFile
                                            : groups);
}

CheckedPolicy check_policy(const fs::path& file, const fs::path& groups) {
  CheckedPolicy out;
  out.file = file.string();
  const auto text = base::read_file(file);
  if (!text) {
    out.problems.push_back(text.error().message);
    return out;
  }
  if (file.filename() == policy::kGroupsFile) {
    check_groups(file, *text, out);
    return out;
  }
  const auto known = groups_for(file, groups);
  out.problems = policy::Policy::problems(*text, file.string(), known);
  const auto policy = policy::Policy::parse(*text, file.string(), known);
  if (!policy) return out;
  out.summary = fmt::format("{}, then {}", counted(policy->rules(), "rule"),
                            policy->default_allow() ? "allow" : "deny");
  note_unknown_actions(file, *policy, out);
  note_unknown_arguments(file, *policy, out);
  return out;
}

Result<std::vector<fs::path>> policy_files(const std::vector<fs::path>& named,
                                           std::vector<std::string>& ignored) {
  std::vector<fs::path> out;
  for (const auto& path : named) {
    std::error_code problem;
    if (!fs::is_directory(path, problem)) {
      out.push_back(path);
      continue;
    }
    std::vector<fs::path> entries;
    for (fs::directory_iterator at(path, problem), end; !problem && at != end;
         at.increment(problem))
      entries.push_back(at->path());
    if (problem)
      return fail(Errc::io, fmt::format("cannot read {}: {}", path.string(), problem.message()));
    std::sort(entries.begin(), entries.end());
    for (const auto& entry : entries) {
      const bool policy = policy::is_policy_file(entry);
      if (policy || entry.filename() == policy::kGroupsFile)
        out.push_back(entry);
      else
        ignored.push_back(entry.string());
    }
  }
  return out;
}

}  // namespace muster::cli
