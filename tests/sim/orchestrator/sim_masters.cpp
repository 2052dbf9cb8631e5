#include "tests/sim/orchestrator/sim_masters.hpp"

#include <algorithm>

#include "orchestrator/client/reply_fields.hpp"
#include "orchestrator/provision/live/masters.hpp"

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
  provision::Question question{std::string(provision::kMasterAgent), "health", Value::object(),
                               provision::kHealthTimeout};
  asking_ = calls_.ask_each(asked_of_, std::nullopt, std::move(question));
  asking_.start([this] {
    const auto answers = asking_.take();
    for (std::size_t i = 0; i < asked_of_.size(); ++i)
      healthy_[asked_of_[i]] = answers[i] && client::flag_at(*answers[i], "running");
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

loop::Task<std::vector<MasterCandidate>> SimMasters::candidates() {
  auto asked = know_health();
  (void)co_await asked;
  std::vector<MasterCandidate> all;
  for (const auto& name : online()) {
    MasterCandidate one;
    one.identity = name;
    one.facts = presences_.find(name)->facts;
    one.in_flight = in_flight_[name];
    one.given = given_[name];
    one.is_full = healthy_[name] && one.in_flight >= per_master_;
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
    states.insert(name + (healthy_[name] && !aside_.has(name) ? "" : " is ill"));
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
  auto& count = in_flight_[master];
  if (count >= per_master_) return false;
  ++count;
  ++given_[master];
  return true;
}

void SimMasters::dismiss(const std::string& master) {
  if (auto& count = in_flight_[master]; count > 0) --count;
}

}  // namespace muster::sim
