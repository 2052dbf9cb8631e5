#include "orchestrator/client/fleet.hpp"

#include <algorithm>

#include "orchestrator/client/fleet_impl.hpp"

namespace muster::client {

Result<std::unique_ptr<Fleet>> Fleet::watch(Link& link, ChangeHandler on_change) {
  auto impl = std::make_unique<Impl>(link, std::move(on_change));
  MUSTER_TRY(impl->start());
  return std::unique_ptr<Fleet>(new Fleet(std::move(impl)));
}

Fleet::Fleet(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Fleet::~Fleet() = default;

Status Fleet::wait_complete(std::chrono::milliseconds patience) {
  return impl_->wait_complete(patience);
}

std::vector<Member> Fleet::members() const {
  const std::lock_guard lock(impl_->mutex);
  std::vector<Member> members;
  members.reserve(impl_->members.size());
  for (const auto& [identity, member] : impl_->members)
    if (impl_->believed(member)) members.push_back(member);
  return members;
}

std::optional<Member> Fleet::find(const std::string& identity) const {
  const std::lock_guard lock(impl_->mutex);
  const auto found = impl_->members.find(identity);
  if (found == impl_->members.end() || !impl_->believed(found->second)) return std::nullopt;
  return found->second;
}

std::vector<Member> Fleet::matching(const filter::Filter& filter) const {
  const std::lock_guard lock(impl_->mutex);
  std::vector<Member> matching;
  for (const auto& [identity, member] : impl_->members) {
    if (impl_->believed(member) && filter.matches({.identity = identity,
                                                   .facts = &member.facts,
                                                   .classes = &member.classes,
                                                   .agents = &member.agents}))
      matching.push_back(member);
  }
  return matching;
}

bool Fleet::can_answer(const filter::Filter& filter) const {
  if (filter.needs_data_plugins()) return false;
  const auto paths = filter.fact_paths();
  const std::lock_guard lock(impl_->mutex);
  return std::all_of(impl_->members.begin(), impl_->members.end(), [&](const auto& entry) {
    if (!impl_->believed(entry.second)) return true;
    return std::all_of(paths.begin(), paths.end(), [&](const std::string& path) {
      return filter::find_fact(entry.second.facts, path) != nullptr;
    });
  });
}

std::size_t Fleet::size() const {
  const std::lock_guard lock(impl_->mutex);
  return static_cast<std::size_t>(
      std::count_if(impl_->members.begin(), impl_->members.end(),
                    [this](const auto& entry) { return impl_->believed(entry.second); }));
}

std::size_t Fleet::refused() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->refused + impl_->dropped();
}

std::string Fleet::last_refusal() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->last_refusal;
}

}  // namespace muster::client
