#include "tests/sim/orchestrator/sim_masters.hpp"

#include <algorithm>

#include "orchestrator/client/reply_fields.hpp"
#include "orchestrator/provision/live/masters.hpp"
#include "plugins/agents/puppetca/places.hpp"

namespace muster::sim {

using provision::MasterCandidate;

std::vector<std::string> SimMasters::online() const {
  std::vector<std::string> names;
  for (const auto& [name, ca] : cas_)
    if (presences_.find(name) != nullptr) names.push_back(name);
  return names;
}

std::vector<std::string> SimMasters::known() const {
  std::vector<std::string> names;
  for (const auto& [name, ca] : cas_) names.push_back(name);
  return names;
}

bool SimMasters::is_known() const {
  return asked_ && waits_.timers().clock().steady() - *asked_ <= provision::kHealthKept &&
         asked_of_ == online();
}

void SimMasters::ask() {
  is_asking_ = true;
  asked_of_ = online();
  asked_for_more_ = wants_more();
  auto places =
      parts_.lend ? grants_.question(in_flight_, asked_for_more_, waits_.timers().clock().unix_ms())
                  : Value::object();
  provision::Question question{std::string(provision::kMasterAgent), "health", std::move(places),
                               provision::kHealthTimeout};
  asking_ = calls_.ask_each(asked_of_, std::nullopt, std::move(question));
  asking_.start([this, asked_at = now()] {
    const auto answers = asking_.take();
    for (std::size_t i = 0; i < asked_of_.size(); ++i) {
      healthy_[asked_of_[i]] = answers[i] && client::flag_at(*answers[i], "running");
      if (answers[i] && parts_.lend) take_places(asked_of_[i], *answers[i], asked_at);
    }
    asked_ = waits_.timers().clock().steady();
    is_asking_ = false;
    told_.ring("");
  });
}

loop::Task<Status> SimMasters::know_health() {
  if (is_known()) co_return Status{};
  if (!is_asking_) ask();
  if (!is_asking_) co_return Status{};  // there was nobody to ask
  auto answered = told_.heard("", provision::kHealthTimeout + std::chrono::seconds(1));
  co_await answered;
  co_return Status{};
}

void SimMasters::take_places(const std::string& master, const Value& answer,
                             std::chrono::steady_clock::time_point asked_at) {
  grants_.take(master, answer, asked_at);
  if (parts_.trace) parts_.trace(master, grants_.most_of(master, now()));
  auto& held = held_[master];
  const bool was_over = held.asked && asked_at - *held.asked > plugins::puppetca::kPlacesLentFor;
  if (was_over && in_flight_[master] > 0) held.came_back = now();
  held.asked = asked_at;
}

bool SimMasters::wants_more() const {
  return wanted_ && now() - *wanted_ <= provision::kMoreWantedFor;
}

bool SimMasters::is_full(const std::string& master) const {
  const auto count = in_flight_.find(master);
  const auto has = count == in_flight_.end() ? 0 : count->second;
  return has >= (parts_.lend ? grants_.most_of(master, now()) : grants_.most());
}

PlacesHeld SimMasters::held(const std::string& master) const {
  const auto known = held_.find(master);
  auto held = known == held_.end() ? PlacesHeld{} : known->second;
  if (const auto count = in_flight_.find(master); count != in_flight_.end())
    held.nodes = count->second;
  return held;
}

loop::Task<Status> SimMasters::keep_places() {
  const bool any = std::any_of(in_flight_.begin(), in_flight_.end(),
                               [](const auto& master) { return master.second > 0; });
  if (!any || !parts_.lend) co_return Status{};
  auto asked = know_health();
  co_return co_await asked;
}

// As provision::Masters::candidates().
loop::Task<std::vector<MasterCandidate>> SimMasters::candidates() {
  wanted_ = now();
  for (int asked_again = 0; asked_again < 2; ++asked_again) {
    if (parts_.lend && !asked_for_more_ && !is_asking_) asked_.reset();
    auto asked = know_health();
    (void)co_await asked;
    if (!parts_.lend || asked_for_more_) break;
  }
  std::vector<MasterCandidate> all;
  for (const auto& name : online()) {
    MasterCandidate one;
    one.identity = name;
    one.facts = presences_.find(name)->facts;
    one.in_flight = in_flight_[name];
    one.given = given_[name];
    one.is_full = healthy_[name] && is_full(name);
    one.retired_by = parts_.marks.retired_by(name);
    one.healthy = healthy_[name] && !one.is_full;
    if (!one.healthy)
      one.ill_because =
          healthy_[name] ? "has as many nodes in flight as it may" : "does not answer";
    all.push_back(std::move(one));
  }
  aside_.apply_to(all);
  co_return all;
}

loop::Task<std::set<std::string>> SimMasters::states() {
  auto asked = know_health();
  (void)co_await asked;
  std::set<std::string> states;
  for (const auto& name : online())
    states.insert(name + (!healthy_[name] || aside_.has(name)      ? " is ill"
                          : !parts_.marks.retired_by(name).empty() ? " is retired"
                                                                   : ""));
  co_return states;
}

Result<provision::Master> SimMasters::find(const std::string& identity) const {
  const auto ca = cas_.find(identity);
  const auto* member = presences_.find(identity);
  if (ca == cas_.end() || member == nullptr)
    return fail(Errc::unavailable, "master " + identity + " is not online");
  return provision::Master{identity, member->address, ca->second.pem(), ca->second.fingerprint()};
}

std::vector<provision::Master> SimMasters::all_online() const {
  std::vector<provision::Master> all;
  for (const auto& name : online()) all.push_back(find(name).value());
  return all;
}

bool SimMasters::enlist(const std::string& master) {
  if (is_full(master)) return false;
  ++in_flight_[master];
  ++given_[master];
  if (parts_.enlisted) parts_.enlisted(master);
  return true;
}

void SimMasters::dismiss(const std::string& master) {
  if (auto& count = in_flight_[master]; count > 0) --count;
}

}  // namespace muster::sim
