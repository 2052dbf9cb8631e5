#include "orchestrator/client/fleet.hpp"

#include <fmt/format.h>

#include "orchestrator/client/fleet_impl.hpp"
#include "proto/filter/filter.hpp"
#include "proto/filter/find_fact.hpp"

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

Result<std::unique_ptr<Fleet>> Fleet::watch(Link& link, ChangeHandler on_change, Indexed indexed) {
  auto impl = std::make_unique<Impl>(link, std::move(on_change), indexed);
  MUSTER_TRY(impl->start());
  return std::unique_ptr<Fleet>(new Fleet(std::move(impl)));
}

Fleet::Fleet(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Fleet::~Fleet() = default;

Status Fleet::wait_complete(std::chrono::milliseconds patience) {
  return impl_->wait_complete(patience);
}

std::vector<MemberPtr> Fleet::members() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->roster.members(impl_->now());
}

MemberPtr Fleet::find(const std::string& identity) const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->roster.find(identity, impl_->now());
}

std::vector<MemberPtr> Fleet::matching(const filter::Filter& filter) const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->roster.matching(filter, impl_->now());
}

Status Fleet::can_answer(const filter::Filter& filter, const std::string& agent) const {
  if (filter.needs_data_plugins()) return fail(Errc::config, "it knows no data functions");
  const Reads reads{filter.fact_paths(), filter.needs_classes(),
                    !agent.empty() || !filter.text().agents.empty()};
  for (const auto& member : members())
    if (const auto missing = missing_of(*member, reads); !missing.empty())
      return fail(Errc::config, fmt::format("{} {}", member->identity, missing));
  return {};
}

std::size_t Fleet::size() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->roster.size(impl_->now());
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
