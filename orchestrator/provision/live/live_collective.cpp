#include "orchestrator/provision/live/live_collective.hpp"

#include <memory>

#include "orchestrator/client/link.hpp"
#include "orchestrator/client/record_claim.hpp"
#include "proto/base/log.hpp"
#include "proto/loop/elsewhere.hpp"

namespace muster::provision {
namespace {

void tell_unpublished(const std::string& identity, const Error& error) {
  log::warning("cannot publish a node's record", {{"node", identity}, {"why", error.message}});
}

// An orchestrator that was stopped, or cut off, wakes up like this.
void tell_overtaken(const client::Record& ours, const client::Record& known) {
  log::warning("a node's record is not published: another orchestrator had the node after us",
               {{"node", ours.identity},
                {"orchestrator", known.orchestrator},
                {"its_fence", std::to_string(known.fence)},
                {"fence", std::to_string(ours.fence)}});
}

}  // namespace

LiveCollective::LiveCollective(client::Link& link, client::Fleet& fleet, client::Records& records,
                               loop::Executor& writer, loop::Waits& waits)
    : link_(link), fleet_(fleet), records_(records), writer_(writer), waits_(waits) {}

std::shared_ptr<const Value> LiveCollective::member(const std::string& identity) const {
  const auto member = fleet_.find(identity);
  if (!member) return nullptr;
  return {member, &member->facts};
}

bool LiveCollective::is_banned(const std::string& identity) const {
  return link_.bans().banned(identity).has_value();
}

std::optional<client::Record> LiveCollective::record(const std::string& identity) const {
  auto known = newest(identity);
  if (known && client::is_forgotten(*known)) known.reset();
  return known;
}

std::optional<client::Record> LiveCollective::newest(const std::string& identity) const {
  auto heard = records_.newest(identity);
  const auto own = ours_.find(identity);
  if (own == ours_.end()) return heard;
  if (heard && client::rank_of(*heard) > client::rank_of(own->second)) return heard;
  return own->second;
}

void LiveCollective::heard(const client::Record& record) {
  const auto own = ours_.find(record.identity);
  const bool older = own != ours_.end() && !record.state.empty() &&
                     client::rank_of(record) < client::rank_of(own->second);
  if (older) return;
  if (own != ours_.end()) ours_.erase(own);
}

void LiveCollective::publish(const client::Record& wanted) {
  // Before the node shows itself with a certificate of that CA.
  link_.bind(wanted.identity, wanted.ca_fingerprint);
  auto record = wanted;
  if (const auto known = newest(record.identity); known && !client::follow(record, *known))
    return tell_overtaken(record, *known);
  ours_[record.identity] = record;
  const auto taken = writer_.run([this, record]() -> loop::Executor::Then {
    const auto sent = client::publish_record(link_, record);
    if (!sent) tell_unpublished(record.identity, sent.error());
    return [this] {
      if (--writing_ == 0 && on_idle_) on_idle_();
    };
  });
  if (taken)
    ++writing_;
  else
    tell_unpublished(record.identity, taken.error());
}

loop::Task<Status> LiveCollective::forget(std::string identity) {
  client::Record known;
  if (auto record = this->record(identity)) known = *std::move(record);
  known.identity = identity;
  ours_.erase(identity);
  return loop::on_executor<Status>(writer_, waits_, [&link = link_, known = std::move(known)] {
    return client::forget_record(link, known);
  });
}

}  // namespace muster::provision
