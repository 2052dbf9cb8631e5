#include "orchestrator/provision/live/live_collective.hpp"

#include <memory>

#include "orchestrator/client/link.hpp"
#include "proto/base/log.hpp"
#include "proto/loop/elsewhere.hpp"

namespace muster::provision {
namespace {

void tell_unpublished(const std::string& identity, const Error& error) {
  log::warning("cannot publish a node's record", {{"node", identity}, {"why", error.message}});
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
  auto heard = records_.find(identity);
  const auto own = ours_.find(identity);
  if (own == ours_.end()) return heard;
  if (heard && heard->updated_at_ms > own->second.updated_at_ms) return heard;
  return own->second;
}

void LiveCollective::heard(const client::Record& record) {
  const auto own = ours_.find(record.identity);
  const bool older = own != ours_.end() && !record.state.empty() &&
                     record.updated_at_ms < own->second.updated_at_ms;
  if (older) return;
  if (own != ours_.end()) ours_.erase(own);
}

void LiveCollective::publish(const client::Record& record) {
  // Before the node shows itself with a certificate of that CA.
  link_.bind(record.identity, record.ca_fingerprint);
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
  ours_.erase(identity);
  return loop::on_executor<Status>(
      writer_, waits_, [&link = link_, identity] { return client::forget_record(link, identity); });
}

}  // namespace muster::provision
