#include "orchestrator/cli/policy_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <nlohmann/json.hpp>

#include "orchestrator/cli/ddl_library.hpp"
#include "proto/base/clock.hpp"
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

// What the arguments are to a node that runs the agent.
Status read_arguments(const PolicyQuestion& asked, Value& arguments,
                      std::vector<std::string>& guarded) {
  arguments = Value::object();
  const auto agent = DdlLibrary(user_ddl_folders()).find(asked.agent);
  if (agent && agent->find(asked.action) != nullptr) {
    MUSTER_ASSIGN(arguments, ddl::inputs_from_words(*agent, asked.action, asked.arguments));
    // Required ones may be left out: the question is what a policy says.
    if (auto filled = ddl::check_inputs(*agent, asked.action, arguments)) arguments = *filled;
    guarded = ddl::guarded_inputs(*agent, asked.action, arguments);
    return {};
  }
  for (const auto& word : asked.arguments) {
    const auto equals = word.find('=');
    if (equals == 0 || equals == std::string::npos)
      return fail(Errc::config,
                  fmt::format("{} is no argument: write key=value", base::quoted(word)));
    arguments[word.substr(0, equals)] = word.substr(equals + 1);
  }
  return {};
}

// UTC, as logs have it.
Result<std::int64_t> time_of(const std::string& text) {
  if (text.empty()) return base::SystemClock().unix_ms();
  std::tm parts{};
  const char* end = ::strptime(text.c_str(), "%Y-%m-%dT%H:%M", &parts);
  if (end != nullptr && *end == ':') end = ::strptime(end, ":%S", &parts);
  if (end == nullptr || (std::string_view(end) != "Z" && *end != '\0'))
    return fail(Errc::config,
                fmt::format("{} is no time: write 2026-11-28T22:00Z, in UTC", base::quoted(text)));
  return static_cast<std::int64_t>(::timegm(&parts)) * base::kMsPerSecond;
}

Status check_agent(const std::string& agent) {
  const bool data = agent.starts_with(policy::kDataPrefix);
  return base::check_word("agent",
                          std::string_view(agent).substr(data ? policy::kDataPrefix.size() : 0));
}

std::shared_ptr<const policy::Groups> groups_for(const fs::path& policies, const fs::path& groups) {
  return policy::load_groups(groups.empty() ? policies.parent_path() / policy::kGroupsFile
                                            : groups);
}

Result<security::Role> role_of(const std::string& word) {
  for (const auto role : {security::Role::operator_, security::Role::orchestrator})
    if (word == security::name_of(role)) return role;
  return fail(Errc::config, fmt::format("{} is no role that may command{}", base::quoted(word),
                                        base::hint_for(word, {"operator", "orchestrator"})));
}

}  // namespace

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

Result<policy::Decision> ask_policy(const PolicyQuestion& question) {
  MUSTER_TRY(policy::check_caller_id(question.caller));
  MUSTER_ASSIGN(const auto role, role_of(question.role));
  MUSTER_TRY(check_agent(question.agent));
  MUSTER_TRY(base::check_word("action", question.action));
  for (const auto& one : question.approved_by) MUSTER_TRY(policy::check_caller_id(one));
  Value arguments;
  policy::Question asked{{question.caller, role, question.lease},
                         question.action,
                         &question.facts,
                         &question.classes,
                         &arguments};
  MUSTER_TRY(read_arguments(question, arguments, asked.guarded));
  asked.scope = {question.filtered || question.targets > 0, question.targets, question.confirmed,
                 question.approved_by};
  MUSTER_ASSIGN(asked.now_ms, time_of(question.time));
  std::error_code problem;
  if (!fs::exists(question.policies, problem) && question.policies != kPoliciesFolder)
    return fail(Errc::not_found, fmt::format("there is no {}", question.policies.string()));
  if (!fs::is_regular_file(question.policies, problem))
    return policy::PolicyStore(question.policies, question.groups, true)
        .decide(question.agent, asked);
  MUSTER_ASSIGN(const auto text, base::read_file(question.policies));
  const auto policy = policy::Policy::parse(text, question.policies.string(),
                                            groups_for(question.policies, question.groups));
  if (!policy) return policy::Decision{false, policy.error().message, {}, true};
  return policy->decide(asked);
}

}  // namespace muster::cli
