#include "proto/policy/policy_store.hpp"

#include <fmt/format.h>

#include <map>

#include "proto/base/files.hpp"
#include "proto/base/log.hpp"
#include "proto/base/names.hpp"
#include "proto/policy/built_in.hpp"

namespace muster::policy {

struct PolicyStore::Loaded {
  std::map<std::string, Result<Policy>, std::less<>> by_agent;
};

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kDefault = "default";
// The log, or nothing.
class Teller {
 public:
  explicit Teller(bool quiet) : quiet_(quiet) {}
  void error(std::string_view message, std::initializer_list<log::Field> fields) const {
    if (!quiet_) log::error(message, fields);
  }
  void warning(std::string_view message, std::initializer_list<log::Field> fields) const {
    if (!quiet_) log::warning(message, fields);
  }

 private:
  bool quiet_;
};

Result<Policy> load_policy(const fs::path& file, const std::shared_ptr<const Groups>& groups) {
  MUSTER_ASSIGN(const auto text, base::read_file(file));
  return Policy::parse(text, file.string(), groups);
}

// Sorted, so that the log is the same each time.
std::vector<fs::path> entries_of(const fs::path& folder, const Teller& tell) {
  std::vector<fs::path> entries;
  std::error_code problem;
  for (fs::directory_iterator at(folder, problem), end; !problem && at != end;
       at.increment(problem))
    entries.push_back(at->path());
  // A machine that nobody configured has the built-in policies alone.
  if (problem && problem != std::errc::no_such_file_or_directory)
    tell.error("cannot read the policies: every request is denied",
               {{"folder", folder.string()}, {"why", problem.message()}});
  std::sort(entries.begin(), entries.end());
  return entries;
}

}  // namespace

std::shared_ptr<const Groups> load_groups(const fs::path& file) {
  const auto text = base::read_file(file);
  if (!text && text.error().code == Errc::not_found) return std::make_shared<Groups>();
  auto groups = text ? Groups::parse(*text, file.string()) : fail(text.error());
  if (groups) return std::make_shared<Groups>(std::move(*groups));
  return std::make_shared<Groups>(Groups::unreadable(groups.error().message));
}

// What the folder says stands, also a default.policy and a file that was refused.
void PolicyStore::add_built_in(Loaded& loaded, const std::shared_ptr<const Groups>& groups) {
  if (loaded.by_agent.count(kDefault) > 0) return;
  for (const auto& [agent, text] : built_in())
    loaded.by_agent.try_emplace(
        std::string(agent), Policy::parse(text, fmt::format("built-in {}.policy", agent), groups));
}

PolicyStore::PolicyStore(fs::path folder, fs::path groups, bool quiet)
    : folder_(std::move(folder)),
      groups_(groups.empty() ? folder_ / kGroupsFile : std::move(groups)),
      quiet_(quiet),
      loaded_(load()) {}
PolicyStore::~PolicyStore() = default;

std::shared_ptr<const PolicyStore::Loaded> PolicyStore::load() const {
  auto loaded = std::make_shared<Loaded>();
  const Teller tell(quiet_);
  const auto groups = load_groups(groups_);
  if (!groups->why_unreadable().empty())
    tell.error("groups refused; policies that name one are refused too",
               {{"why", groups->why_unreadable()}});
  for (const auto& file : entries_of(folder_, tell)) {
    if (file.filename() == kGroupsFile) continue;
    const auto agent = file.stem().string();
    if (file.extension() != ".policy" || !base::check_word("agent", agent)) {
      tell.warning("not a policy: it must be called AGENT.policy", {{"file", file.string()}});
      continue;
    }
    auto policy = load_policy(file, groups);
    if (!policy)
      tell.error("policy refused; every request to its agent is denied",
                 {{"agent", agent}, {"why", policy.error().message}});
    loaded->by_agent.emplace(agent, std::move(policy));
  }
  add_built_in(*loaded, groups);
  return loaded;
}

void PolicyStore::reload() {
  auto fresh = load();
  const std::lock_guard lock(mutex_);
  loaded_.swap(fresh);
}

Decision PolicyStore::decide(std::string_view caller, security::Role role, std::string_view agent,
                             std::string_view action, const Value& facts,
                             const std::vector<std::string>& classes) const {
  if (role != security::Role::operator_ && role != security::Role::orchestrator)
    return {false, "the certificate is neither an operator's nor an orchestrator's"};
  const auto loaded = [this] {
    const std::lock_guard lock(mutex_);
    return loaded_;
  }();
  auto found = loaded->by_agent.find(agent);
  if (found == loaded->by_agent.end()) found = loaded->by_agent.find(kDefault);
  if (found == loaded->by_agent.end())
    return {false, fmt::format("no policy: neither {0}/{1}.policy nor {0}/default.policy",
                               folder_.string(), agent)};
  const auto& policy = found->second;
  if (!policy) return {false, "policy refused: " + policy.error().message, {}, true};
  return policy->decide({{caller, role}, action, &facts, &classes});
}

}  // namespace muster::policy
