#include "orchestrator/client/records.hpp"

#include <fmt/format.h>

#include <map>
#include <mutex>

#include "orchestrator/client/link.hpp"
#include "orchestrator/client/record_codec.hpp"
#include "orchestrator/client/retained.hpp"
#include "proto/base/log.hpp"
#include "proto/base/names.hpp"
#include "proto/base/throttle.hpp"
#include "proto/transport/topics.hpp"

namespace muster::client {

namespace topics = transport::topics;

namespace {

// Of one node's record.
constexpr base::Throttle::Rate kRefusedRecordLines{.burst = 1,
                                                   .every = std::chrono::milliseconds(60'000)};

}  // namespace

Status publish_record(Link& link, const Record& record) {
  MUSTER_TRY(base::check_identity(record.identity));
  MUSTER_ASSIGN(auto sealed, link.signer().seal(envelope::Kind::provision_record, record.encode()));
  return link.bus().publish(topics::provision_record(link.collective(), record.identity),
                            std::move(sealed),
                            {.qos = transport::Qos::at_least_once, .retain = true});
}

Status forget_record(Link& link, const std::string& identity) {
  MUSTER_TRY(base::check_identity(identity));
  return link.bus().publish(topics::provision_record(link.collective(), identity), "",
                            {.qos = transport::Qos::at_least_once, .retain = true});
}

struct Records::Impl {
  Impl(Link& its_link, ChangeHandler handler)
      : link(its_link),
        on_change(std::move(handler)),
        log_lines(its_link.clock(), kRefusedRecordLines),
        retained("records", its_link, topics::provision_record(its_link.collective(), "+"),
                 kRecordQueue,
                 [this](const transport::Message& message) { return verify(message); }) {}

  Retained::TakeIn verify(const transport::Message& message) {
    const std::string identity(topics::last_level(message.topic));
    if (message.payload.empty()) return [this, identity] { return forget(identity); };
    link.catch_up();
    auto read = read_record(message.topic, message.payload, link.operators());
    if (!read)
      return [this, identity, why = std::move(read).error().message] {
        if (log_lines.pass(identity))
          log::warning("a provision record was refused", {{"node", identity}, {"reason", why}});
        return false;
      };
    return [this, record = *std::move(read)] { return keep(record); };
  }

  bool forget(const std::string& identity) {
    {
      const std::lock_guard lock(mutex);
      records.erase(identity);
    }
    Record forgotten;
    forgotten.identity = identity;
    if (on_change) on_change(forgotten);
    return true;
  }

  bool keep(const Record& record) {
    link.bind(record.identity, record.ca_fingerprint);
    {
      const std::lock_guard lock(mutex);
      records[record.identity] = record;
    }
    if (on_change) on_change(record);
    return true;
  }

  Link& link;
  const ChangeHandler on_change;
  base::Throttle log_lines;
  mutable std::mutex mutex;
  std::map<std::string, Record> records;
  Retained retained;
};

Result<std::unique_ptr<Records>> Records::watch(Link& link, ChangeHandler on_change) {
  auto impl = std::make_unique<Impl>(link, std::move(on_change));
  MUSTER_TRY(impl->retained.start());
  return std::unique_ptr<Records>(new Records(std::move(impl)));
}

Records::Records(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Records::~Records() = default;

Status Records::wait_complete(std::chrono::milliseconds patience) {
  MUSTER_ASSIGN(const bool complete, impl_->retained.wait_complete(patience));
  if (complete) return {};
  return fail(Errc::timeout, fmt::format("not all provision records were verified within {} ms",
                                         patience.count()));
}

std::vector<Record> Records::all() const {
  const std::lock_guard lock(impl_->mutex);
  std::vector<Record> all;
  all.reserve(impl_->records.size());
  for (const auto& [identity, record] : impl_->records) all.push_back(record);
  return all;
}

std::optional<Record> Records::find(const std::string& identity) const {
  const std::lock_guard lock(impl_->mutex);
  const auto found = impl_->records.find(identity);
  if (found == impl_->records.end()) return std::nullopt;
  return found->second;
}

}  // namespace muster::client
