#include "node-agent/external/roster.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <set>
#include <thread>

#include "proto/base/log.hpp"
#include "proto/base/thread_name.hpp"

namespace muster::external {
namespace {

std::string shown_name(const AgentFile& agent_file) {
  return agent_file.kind == Kind::data ? "data/" + agent_file.name : agent_file.name;
}

void tell(const AgentFile& agent_file, const Loaded& loaded) {
  const auto name = shown_name(agent_file);
  const auto file = agent_file.ddl_file.string();
  if (loaded.offered())
    log::info("agent loaded", {{"agent", name}, {"file", file}});
  else if (!loaded.reason.empty())
    log::warning("agent disabled", {{"agent", name}, {"file", file}, {"why", loaded.reason}});
}

// Those that were loaded, without names that stood before.
template <typename Entries, typename Plugin>
std::vector<Plugin> offered(const Entries& entries, Plugin Loaded::*member) {
  std::vector<Plugin> all;
  std::set<std::string> names;
  for (const auto& entry : entries)
    if (entry.loaded.*member != nullptr && names.insert(entry.agent_file.name).second)
      all.push_back(entry.loaded.*member);
  return all;
}

}  // namespace

std::optional<std::chrono::steady_clock::time_point> Roster::due(const Entry& entry) const {
  if (entry.agent_file.stamp != entry.loaded_stamp)
    return first_ ? entry.since : entry.since + kGrace;
  if (entry.loaded.worth_another_try) return entry.loaded_at + entry.try_again_after;
  return std::nullopt;
}

bool Roster::look() {
  const auto now = clock_.steady();
  std::map<std::filesystem::path, Entry> before;
  for (auto& entry : entries_) before.emplace(entry.agent_file.ddl_file, std::move(entry));
  entries_.clear();
  for (auto& agent_file : find_()) {
    auto known = before.extract(agent_file.ddl_file);
    Entry entry = known ? std::move(known.mapped()) : Entry{{}, now, "", {}, kTryAgainAfter, now};
    if (entry.agent_file.stamp != agent_file.stamp) entry.since = now;
    entry.agent_file = std::move(agent_file);
    entries_.push_back(std::move(entry));
  }
  for (const auto& [file, entry] : before) log::info("agent gone", {{"file", file.string()}});

  std::vector<Entry*> to_load;
  for (auto& entry : entries_)
    if (const auto when = due(entry); when && *when <= now) to_load.push_back(&entry);
  load(to_load);
  first_ = false;
  return !to_load.empty() || !before.empty();
}

void Roster::load(const std::vector<Entry*>& entries) const {
  std::atomic<std::size_t> next{0};
  const auto work = [&] {
    for (std::size_t i = next++; i < entries.size(); i = next++) load(*entries[i]);
  };
  std::vector<std::thread> threads;
  for (std::size_t i = 1; i < std::min(kLoadedAtOnce, entries.size()); ++i)
    threads.emplace_back([&work] {
      base::name_thread("agent loader");
      work();
    });
  work();
  for (auto& thread : threads) thread.join();
}

// What others wrote must not end the daemon.
Loaded Roster::load_safely(const AgentFile& agent_file) const {
  try {
    return load_(agent_file);
  } catch (const std::exception& error) {
    return {{}, {}, std::string("it cannot be loaded: ") + error.what(), true};
  }
}

void Roster::load(Entry& entry) const {
  const bool again = entry.loaded_stamp == entry.agent_file.stamp;
  entry.try_again_after =
      again ? std::min(2 * entry.try_again_after, kTryAgainAtMost) : kTryAgainAfter;
  auto fresh = load_safely(entry.agent_file);
  // The same trouble as before is no news.
  if (!again || fresh.reason != entry.loaded.reason) tell(entry.agent_file, fresh);
  entry.loaded = std::move(fresh);
  entry.loaded_stamp = entry.agent_file.stamp;
  entry.loaded_at = clock_.steady();
}

std::chrono::milliseconds Roster::next_look(std::chrono::milliseconds otherwise) const {
  auto wait = otherwise;
  for (const auto& entry : entries_)
    if (const auto when = due(entry))
      wait = std::min(wait, std::chrono::ceil<std::chrono::milliseconds>(*when - clock_.steady()));
  return std::max(wait, std::chrono::milliseconds(0));
}

std::vector<std::shared_ptr<plugins::Agent>> Roster::agents() const {
  return offered(entries_, &Loaded::agent);
}

std::vector<std::shared_ptr<plugins::DataPlugin>> Roster::data_plugins() const {
  return offered(entries_, &Loaded::data);
}

std::vector<plugins::DisabledAgent> Roster::disabled() const {
  std::vector<plugins::DisabledAgent> all;
  std::map<std::string, std::string> offered;  // name, file
  for (const auto& entry : entries_) {
    const auto name = shown_name(entry.agent_file);
    const auto file = entry.agent_file.ddl_file.string();
    if (!entry.loaded.offered()) {
      if (!entry.loaded.reason.empty()) all.push_back({name, file, entry.loaded.reason});
    } else if (const auto [first, fresh] = offered.emplace(name, file); !fresh) {
      all.push_back({name, file, first->second + " has the same name"});
    }
  }
  return all;
}

}  // namespace muster::external
