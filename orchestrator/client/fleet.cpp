#include "orchestrator/client/fleet.hpp"

#include <fmt/format.h>

#include "orchestrator/client/fleet_impl.hpp"
#include "orchestrator/client/presence_reads.hpp"
#include "proto/filter/filter.hpp"

namespace muster::client {

Result<std::unique_ptr<Fleet>> Fleet::watch(LinkCore& link, ChangeHandler on_change,
                                            Indexed indexed) {
  auto impl = std::make_unique<Impl>(link, std::move(on_change), indexed);
  MUSTER_TRY(impl->start());
  return std::unique_ptr<Fleet>(new Fleet(std::move(impl)));
}

std::unique_ptr<Fleet> Fleet::begin(LinkCore& link, Told subscribed, ChangeHandler on_change,
                                    Indexed indexed) {
  auto impl = std::make_unique<Impl>(link, std::move(on_change), indexed);
  impl->begin(std::move(subscribed));
  return std::unique_ptr<Fleet>(new Fleet(std::move(impl)));
}

Fleet::Fleet(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Fleet::~Fleet() = default;

Status Fleet::wait_complete(std::chrono::milliseconds patience) {
  return impl_->wait_complete(patience);
}

void Fleet::when_complete(std::chrono::milliseconds patience, Told told) {
  impl_->when_complete(patience, std::move(told));
}

bool Fleet::complete() const {
  return impl_->complete();
}

std::vector<MemberPtr> Fleet::members() const {
  const base::Locked known(impl_->state);
  return known->table.members(impl_->now());
}

MemberPtr Fleet::find(const std::string& identity) const {
  const base::Locked known(impl_->state);
  return known->table.find(identity, impl_->now());
}

std::vector<MemberPtr> Fleet::matching(const filter::Filter& filter) const {
  const base::Locked known(impl_->state);
  return known->table.matching(filter, impl_->now());
}

std::vector<std::vector<std::string>> Fleet::having(
    const std::vector<filter::Lookup>& lookups) const {
  const base::Locked known(impl_->state);
  std::vector<std::vector<std::string>> names;
  for (const auto& lookup : lookups) names.push_back(known->table.having(lookup));
  return names;
}

Status Fleet::can_answer(const filter::Filter& filter, const std::string& agent) const {
  if (filter.needs_data_plugins()) return fail(Errc::config, "it knows no data functions");
  const auto reads = Reads::of(filter, agent);
  for (const auto& member : members())
    if (const auto missing = missing_of(*member, reads); !missing.empty())
      return fail(Errc::config, fmt::format("{} {}", member->identity, missing));
  return {};
}

std::size_t Fleet::size() const {
  const base::Locked known(impl_->state);
  return known->table.size(impl_->now());
}

std::size_t Fleet::refused() const {
  const base::Locked known(impl_->state);
  return known->refused + impl_->dropped();
}

std::string Fleet::last_refusal() const {
  const base::Locked known(impl_->state);
  return known->last_refusal;
}

}  // namespace muster::client
