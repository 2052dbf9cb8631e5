#include "orchestrator/cli/completion/presence.hpp"

#include <future>
#include <memory>
#include <set>
#include <thread>

#include "orchestrator/cli/session.hpp"
#include "orchestrator/client/fleet.hpp"
#include "proto/base/thread_name.hpp"

namespace muster::cli {
namespace {

void add_paths(const Value& value, const std::string& path, std::set<std::string>& into) {
  if (!path.empty() && !value.is_structured()) into.insert(path);
  if (!value.is_object()) return;
  for (const auto& [key, below] : value.items())
    add_paths(below, path.empty() ? key : path + "." + key, into);
}

NamesOnline names_of(const std::vector<client::MemberPtr>& members) {
  std::set<std::string> facts;
  std::set<std::string> classes;
  NamesOnline names;
  for (const auto& member : members) {
    names.identities.push_back(member->identity);
    add_paths(member->facts, "", facts);
    classes.insert(member->classes.begin(), member->classes.end());
  }
  names.facts.assign(facts.begin(), facts.end());
  names.classes.assign(classes.begin(), classes.end());
  return names;
}

NamesOnline asked(const std::filesystem::path& config) {
  CommonOptions common;
  common.config = config;
  const auto link = connect(common);
  if (!link) return {};
  const auto fleet = client::Fleet::watch(**link);
  if (!fleet || !(*fleet)->wait_complete(kCompletionPatience)) return {};
  return names_of((*fleet)->members());
}

}  // namespace

NamesOnline names_online(const std::filesystem::path& config) {
  const auto promise = std::make_shared<std::promise<NamesOnline>>();
  auto answer = promise->get_future();
  std::thread([promise, config] {
    base::name_thread("presence");
    promise->set_value(asked(config));
  }).detach();
  if (answer.wait_for(kCompletionPatience) != std::future_status::ready) return {};
  return answer.get();
}

}  // namespace muster::cli
