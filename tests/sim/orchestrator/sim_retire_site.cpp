#include "tests/sim/orchestrator/sim_retire_site.hpp"

#include <algorithm>
#include <utility>

namespace muster::sim {

SimRetireSite::SimRetireSite(const Parts& parts) : parts_(parts) {
  parts.bus.on_gap({.begin = [this] { sees_all_ = false; }, .end = [this] { sees_all_ = true; }});
}

std::vector<provision::Retiring> SimRetireSite::retiring() const {
  std::vector<provision::Retiring> all;
  for (const auto& one : parts_.marks.all())
    if (one.is_retired() && !one.withdrawn)
      all.push_back({one.master, one.fingerprint(), one.certificate.pem(), one.retired_by,
                     one.retired_at_ms, one.endorsed_by, one.at_ms, one.number});
  return all;
}

std::size_t SimRetireSite::other_masters() const {
  return static_cast<std::size_t>(std::count_if(
      parts_.cas.begin(), parts_.cas.end(),
      [this](const auto& master) { return parts_.marks.retired_by(master.first).empty(); }));
}

client::MembersOfMaster SimRetireSite::members_of(const provision::Retiring& one) const {
  const client::MasterSeen seen{one.master, one.ca, [](const std::string& ca) { return ca; },
                                [](const std::string&) { return false; }};
  std::vector<client::MemberPtr> members;
  for (const auto* member : parts_.presences.all())
    members.push_back(std::make_shared<const client::Member>(*member));
  std::vector<client::Record> records;
  for (const auto& identity : parts_.collective.names())
    if (auto record = parts_.collective.record(identity)) records.push_back(*std::move(record));
  return client::members_of_master(seen, members, records, parts_.bus.clock().unix_ms());
}

std::size_t SimRetireSite::debts_of(const std::string& master) const {
  const auto& debts = parts_.disk.debts;
  return static_cast<std::size_t>(std::count_if(
      debts.begin(), debts.end(), [&](const auto& debt) { return debt.first.first == master; }));
}

loop::Task<Status> SimRetireSite::tell(provision::RetirementNews news) {
  auto writing = write_to(parts_.disk, parts_.waits,
                          [this, id = news.id] { parts_.disk.told_of_masters.insert(id); });
  MUSTER_CO_TRY(co_await writing);
  parts_.bus.around().trace.line(parts_.bus.name(), "tells " + news.id + ": " + news.why);
  co_return Status{};
}

}  // namespace muster::sim
