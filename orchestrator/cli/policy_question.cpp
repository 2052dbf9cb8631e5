#include "orchestrator/cli/policy_question.hpp"

#include <fmt/format.h>

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

Result<security::Role> role_of(const std::string& word) {
  for (const auto role : {security::Role::operator_, security::Role::orchestrator})
    if (word == security::name_of(role)) return role;
  return fail(Errc::config, fmt::format("{} is no role that may command{}", base::quoted(word),
                                        base::hint_for(word, {"operator", "orchestrator"})));
}

// What the arguments are to a node that runs the agent.
Status read_arguments(const PolicyQuestion& asked, Value& arguments,
                      std::vector<std::string>& guarded) {
  arguments = Value::object();
  const auto agent = DdlLibrary(user_ddl_folders()).find(asked.agent);
  if (agent && agent->find(asked.action) != nullptr) {
    MUSTER_ASSIGN(arguments, ddl::inputs_from_words(*agent, asked.action, asked.arguments));
    // Required ones may be left out: the question is what a policy says.
    arguments = ddl::with_defaults(*agent, asked.action, arguments);
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

}  // namespace

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
  asked.scope.targets = question.targets;
  // Requests to orchestrators name the one thing that they are about.
  if (question.agent == "orchestrator") asked.scope.targets = 1;
  asked.scope.filtered = question.filtered || asked.scope.targets > 0;
  asked.scope.confirmed = question.confirmed;
  asked.scope.approved_by = question.approved_by;
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
