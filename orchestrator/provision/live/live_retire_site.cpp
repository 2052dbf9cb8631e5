#include "orchestrator/provision/live/live_retire_site.hpp"

#include <algorithm>
#include <utility>

#include "orchestrator/client/link.hpp"
#include "orchestrator/client/retire_master.hpp"
#include "proto/loop/elsewhere.hpp"

namespace muster::provision {
namespace {

std::vector<client::Endorsement> masters_of(client::Link& link) {
  return link.endorsements().of_masters(link.clock().unix_ms());
}

Status sign_as_read(client::Link& link, const Retiring& one) {
  const auto known = link.endorsements().counting(one.ca, link.clock().unix_ms());
  if (!known || known->number != one.number || known->master != one.master)
    return fail(Errc::aborted, "something newer about its CA was heard meanwhile");
  return client::sign_mark_anew(link, *known);
}

}  // namespace

std::vector<Retiring> LiveRetireSite::retiring() const {
  std::vector<Retiring> all;
  for (const auto& one : masters_of(parts_.link))
    if (one.is_retired())
      all.push_back({one.master, parts_.link.endorsements().identity_of(one.fingerprint()),
                     one.certificate.pem(), one.retired_by, one.retired_at_ms, one.endorsed_by,
                     one.at_ms, one.number});
  std::sort(all.begin(), all.end(),
            [](const auto& one, const auto& other) { return one.master < other.master; });
  return all;
}

std::size_t LiveRetireSite::other_masters() const {
  const auto masters = masters_of(parts_.link);
  return static_cast<std::size_t>(std::count_if(masters.begin(), masters.end(),
                                                [](const auto& one) { return !one.is_retired(); }));
}

client::MembersOfMaster LiveRetireSite::members_of(const Retiring& one) const {
  const client::MasterSeen seen{
      one.master, one.ca,
      [this](const std::string& ca) { return parts_.link.endorsements().identity_of(ca); },
      [this](const std::string& node) { return parts_.link.bans().banned(node).has_value(); }};
  // What we said ourselves counts before it has come back.
  auto records = parts_.records.all();
  for (auto& record : records)
    if (auto newest = parts_.collective.record(record.identity)) record = *std::move(newest);
  return client::members_of_master(seen, parts_.fleet.members(), records,
                                   parts_.link.clock().unix_ms());
}

std::optional<client::Record> LiveRetireSite::record(const std::string& node) const {
  return parts_.collective.record(node);
}

std::size_t LiveRetireSite::debts_of(const std::string& master) const {
  return parts_.debts.of(master).size();
}

loop::Task<Status> LiveRetireSite::sign_anew(Retiring one) {
  return loop::on_executor<Status>(
      parts_.writer, parts_.waits,
      [&link = parts_.link, one = std::move(one)] { return sign_as_read(link, one); });
}

loop::Task<Status> LiveRetireSite::withdraw(Retiring one) {
  return loop::on_executor<Status>(parts_.writer, parts_.waits,
                                   [&link = parts_.link, one = std::move(one)] {
                                     return client::withdraw_retired(link, one.master, one.ca);
                                   });
}

loop::Task<Status> LiveRetireSite::tell(RetirementNews news) {
  return loop::on_executor<Status>(
      parts_.writer, parts_.waits,
      [tell = tell_, news = std::move(news)] { return tell ? tell(news) : Status{}; });
}

}  // namespace muster::provision
