#include "proto/policy/policy_store.hpp"

#include <fmt/format.h>

#include <map>

#include "proto/base/clock.hpp"
#include "proto/base/files.hpp"
#include "proto/base/log.hpp"
#include "proto/base/names.hpp"
#include "proto/policy/built_in.hpp"

namespace muster::policy {

struct PolicyStore::Loaded {
  std::map<std::string, Result<Policy>, std::less<>> by_agent;
  std::shared_ptr<const Groups> groups;
};

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kDefault = "default";
constexpr std::string_view kDataDefault = "data.default";

bool is_data(std::string_view name) {
  return name.starts_with(kDataPrefix);
}

// What stands in for a policy of its own: an agent's default allows no data plugin anything.
std::string_view default_for(std::string_view name) {
  return is_data(name) ? kDataDefault : kDefault;
}

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
Result<std::vector<fs::path>> entries_of(const fs::path& folder) {
  std::vector<fs::path> entries;
  std::error_code problem;
  for (fs::directory_iterator at(folder, problem), end; !problem && at != end;
       at.increment(problem))
    entries.push_back(at->path());
  // A machine that nobody configured has the built-in policies alone.
  if (problem && problem != std::errc::no_such_file_or_directory)
    return fail(Errc::config, fmt::format("cannot read the folder of policies {}: {}",
                                          folder.string(), problem.message()));
  std::sort(entries.begin(), entries.end());
  return entries;
}

}  // namespace

bool is_policy_file(const fs::path& file) {
  const auto name = file.stem().string();
  const auto word = std::string_view(name).substr(is_data(name) ? kDataPrefix.size() : 0);
  return file.extension() == ".policy" && base::check_word("agent", word).has_value();
}

std::shared_ptr<const Groups> load_groups(const fs::path& file) {
  const auto text = base::read_file(file);
  if (!text && text.error().code == Errc::not_found) return std::make_shared<Groups>();
  auto groups = text ? Groups::parse(*text, file.string()) : fail(text.error());
  if (groups) return std::make_shared<Groups>(std::move(*groups));
  return std::make_shared<Groups>(Groups::unreadable(groups.error().message));
}

// What the folder says stands, also a default.policy and a file that was refused.
void PolicyStore::add_built_in(Loaded& loaded, const std::shared_ptr<const Groups>& groups) {
  for (const auto& [agent, text] : built_in())
    if (loaded.by_agent.count(default_for(agent)) == 0)
      loaded.by_agent.try_emplace(
          std::string(agent),
          Policy::parse(text, fmt::format("built-in {}.policy", agent), groups));
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
  loaded->groups = groups;
  if (!groups->why_unreadable().empty())
    tell.error("groups refused; policies that name one are refused too",
               {{"why", groups->why_unreadable()}});
  const auto entries = entries_of(folder_);
  if (!entries) {
    tell.error("every request is denied", {{"why", entries.error().message}});
    for (const auto name : {kDefault, kDataDefault})  // in place of the built-in ones too
      loaded->by_agent.emplace(name, fail(entries.error()));
    return loaded;
  }
  for (const auto& file : *entries) {
    if (file.filename() == kGroupsFile) continue;
    const auto agent = file.stem().string();
    if (!is_policy_file(file)) {
      tell.warning("not a policy: it must be called AGENT.policy or data.PLUGIN.policy",
                   {{"file", file.string()}});
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
  loaded_.with_lock([&](auto& loaded) { loaded.swap(fresh); });
}

Decision PolicyStore::decide(std::string_view caller, security::Role role, std::string_view agent,
                             std::string_view action, const Value& facts,
                             const std::vector<std::string>& classes) const {
  Question question{{caller, role}, action, &facts, &classes};
  question.now_ms = base::SystemClock().unix_ms();
  return decide(agent, question);
}

Decision PolicyStore::decide(std::string_view agent, const Question& question) const {
  const auto role = question.caller.role;
  if (role != security::Role::operator_ && role != security::Role::orchestrator)
    return {false, "the certificate is neither an operator's nor an orchestrator's"};
  const auto loaded = current();
  const auto* found = find(*loaded, agent);
  if (found == nullptr)
    return {false, fmt::format("no policy: neither {0}/{1}.policy nor {0}/{2}.policy",
                               folder_.string(), agent, default_for(agent))};
  if (!*found) return {false, "policy refused: " + found->error().message, {}, true};
  return (*found)->decide(question);
}

Result<bool> PolicyStore::in_group(std::string_view group, const Caller& caller) const {
  const auto loaded = current();
  MUSTER_TRY(loaded->groups->check_name(group));
  return loaded->groups->holds(group, caller);
}

bool PolicyStore::depends_on_node(std::string_view agent) const {
  const auto loaded = current();
  const auto* found = find(*loaded, agent);
  return found != nullptr && *found && (*found)->depends_on_node();
}

bool PolicyStore::limits_nodes(std::string_view agent) const {
  const auto loaded = current();
  const auto* found = find(*loaded, agent);
  return found != nullptr && *found && (*found)->limits_nodes();
}

std::shared_ptr<const PolicyStore::Loaded> PolicyStore::current() const {
  return *base::Locked(loaded_);
}

const Result<Policy>* PolicyStore::find(const Loaded& loaded, std::string_view agent) {
  auto found = loaded.by_agent.find(agent);
  if (found == loaded.by_agent.end()) found = loaded.by_agent.find(default_for(agent));
  return found == loaded.by_agent.end() ? nullptr : &found->second;
}

}  // namespace muster::policy
