#include "orchestrator/client/fleet.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "orchestrator/client/fleet_impl.hpp"
#include "proto/filter/filter.hpp"
#include "proto/filter/find_fact.hpp"
#include "proto/filter/subject.hpp"

namespace muster::client {
namespace {

// What a question to presence depends on.
struct Reads {
  std::vector<std::string> facts;
  bool classes = false;
  bool agents = false;
};

// Empty: presence says all that is read.
std::string missing_of(const Member& member, const Reads& reads) {
  if (reads.classes && member.left_out_classes > 0)
    return fmt::format("left {} of its classes out", member.left_out_classes);
  if (reads.agents && member.left_out_agents > 0)
    return fmt::format("left {} of its agents out", member.left_out_agents);
  for (const auto& path : reads.facts)
    if (filter::find_fact(member.facts, path) == nullptr)
      return fmt::format("does not publish {}", path);
  return "";
}

}  // namespace

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

Status Fleet::can_answer(const filter::Filter& filter, const std::string& agent) const {
  if (filter.needs_data_plugins()) return fail(Errc::config, "it knows no data functions");
  const Reads reads{filter.fact_paths(), filter.needs_classes(),
                    !agent.empty() || !filter.text().agents.empty()};
  const std::lock_guard lock(impl_->mutex);
  for (const auto& [identity, member] : impl_->members) {
    if (!impl_->believed(member)) continue;
    if (const auto missing = missing_of(member, reads); !missing.empty())
      return fail(Errc::config, fmt::format("{} {}", identity, missing));
  }
  return {};
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
