#include "orchestrator/client/records.hpp"

#include <algorithm>

#include "orchestrator/client/known_records.hpp"
#include "orchestrator/client/link_core.hpp"
#include "orchestrator/client/link_directory.hpp"
#include "orchestrator/client/record_claim.hpp"
#include "orchestrator/client/record_codec.hpp"
#include "orchestrator/client/retained.hpp"
#include "proto/base/guarded.hpp"
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

Status publish_record(LinkCore& link, const Record& record) {
  MUSTER_TRY(base::check_identity(record.identity));
  MUSTER_ASSIGN(auto sealed, link.sealer().seal(envelope::Kind::provision_record, record.encode()));
  return link.directory().put(record_claim(link, record, std::move(sealed)));
}

Status forget_record(LinkCore& link, const Record& known) {
  return publish_record(link, forgotten(known, link.caller(), link.clock().unix_ms()));
}

struct Records::Impl {
  Impl(LinkCore& its_link, ChangeHandler handler, Duty duty)
      : link(its_link),
        on_change(std::move(handler)),
        log_lines(its_link.clock(), kRefusedRecordLines),
        known(duty == Duty::keeps),
        retained("provision records", its_link,
                 topics::provision_record(its_link.collective(), "+"), kRecordQueue,
                 [this](const transport::Message& message) { return verify(message); }) {}

  Retained::TakeIn verify(const transport::Message& message) {
    const std::string identity(topics::last_level(message.topic));
    if (message.payload.empty()) return [this, identity] { return cleared(identity); };
    link.catch_up();
    auto read = this->read(message);
    if (!read)
      return [this, identity, why = std::move(read).error().message] {
        known.miss(identity);
        if (log_lines.pass(identity))
          log::warning("a provision record was refused", {{"node", identity}, {"reason", why}});
        return false;
      };
    KnownRecords::Known heard{std::move(read->record), message.payload,
                              std::move(read->signer_serial)};
    return [this, heard = std::move(heard)] { return take(heard); };
  }

  // Ours are verified once, which tells by which certificate we speak, and once more when that is revoked.
  Result<SignedRecord> read(const transport::Message& message) {
    const auto now_ms = link.clock().unix_ms();
    const bool is_own = link.directory().own_words().has_said(message.payload);
    if (is_own) {
      auto serial = *base::Locked(own_serial);
      if (!serial.empty() && !link.is_revoked(serial)) {
        MUSTER_ASSIGN(auto record, read_own_record(message.topic, message.payload, now_ms));
        return SignedRecord{std::move(record), std::move(serial)};
      }
    }
    auto read = read_signed_record(message.topic, message.payload, link.operators(), now_ms);
    if (read && is_own) *base::Locked(own_serial) = read->signer_serial;
    return read;
  }

  bool cleared(const std::string& identity) {
    if (known.cleared(identity, link.clock().unix_ms())) tell_gone(identity);
    return true;
  }

  bool take(const KnownRecords::Known& heard) {
    const auto& record = heard.record;
    const auto taken = known.take(heard);
    if (taken == KnownRecords::Taken::no_room && log_lines.pass(""))
      log::error("there are more provision records than can be known; who wrote them all?",
                 {{"limit", std::to_string(kRecordsKnownMax)}, {"node", record.identity}});
    if (taken != KnownRecords::Taken::yes) return false;
    if (is_forgotten(record)) {
      tell_gone(record.identity);
      return true;
    }
    link.bind(record.identity, record.ca_fingerprint);
    if (on_change) on_change(record);
    return true;
  }

  void tell_gone(const std::string& identity) const {
    Record gone;
    gone.identity = identity;
    if (on_change) on_change(gone);
  }

  // It would outrank what honest ones write, and nobody may put it back.
  void disbelieve(const KnownRecords::Known& unbelieved) {
    const auto& identity = unbelieved.record.identity;
    link.directory().post([topic = topic_of(identity)](transport::Directory& directory) {
      directory.look_at(topic);
    });
    if (known.disbelieve(unbelieved)) tell_gone(identity);
  }

  void observe() {
    fewer_believed = link.on_fewer_believed().add(retained.posts([this] { look_at_signers(); }));
  }

  void look_at_signers() {
    const auto unbelieved =
        known.signed_by([this](const std::string& serial) { return link.is_revoked(serial); });
    for (const auto& each : unbelieved) disbelieve(each);
    if (!unbelieved.empty())
      log::warning("nodes' records that a revoked orchestrator wrote are known no more",
                   {{"records", std::to_string(unbelieved.size())}});
  }

  // A broker that knows no expiry (MQTT 3.1.1) would have them for ever. By each who keeps records, for who said it may be gone.
  void clear_over() {
    if (!link.bus().connected()) return;
    for (auto& over : known.take_over(link.clock().unix_ms(), kRecordsPutBackMax))
      if (!link.directory().remove(topic_of(over.record.identity))) known.take(std::move(over));
  }

  std::string topic_of(const std::string& identity) const {
    return topics::provision_record(link.collective(), identity);
  }

  // True when it is kept there from now on; not what nobody would believe.
  Result<bool> put_back(const KnownRecords::Known& missing) {
    auto claim = record_claim(link, missing.record, missing.sealed);
    claim.at_most = kRecordsOfOthersMax;
    if (!claim.order({claim.topic, claim.payload, true})) {
      retained.posts([this, missing] { disbelieve(missing); })();
      return false;
    }
    MUSTER_TRY(link.directory().put_missing(std::move(claim)));
    return true;
  }

  LinkCore& link;
  const ChangeHandler on_change;
  base::Throttle log_lines;
  KnownRecords known;
  base::Guarded<std::string> own_serial;  // of the certificate of own_words(); empty: not heard yet
  Observers::Handle fewer_believed;
  Retained retained;
};

Result<std::unique_ptr<Records>> Records::watch(LinkCore& link, ChangeHandler on_change,
                                                Duty duty) {
  auto impl = std::make_unique<Impl>(link, std::move(on_change), duty);
  impl->observe();
  MUSTER_TRY(impl->retained.start());
  return std::unique_ptr<Records>(new Records(std::move(impl)));
}

std::unique_ptr<Records> Records::begin(LinkCore& link, Told subscribed, ChangeHandler on_change,
                                        Duty duty) {
  auto impl = std::make_unique<Impl>(link, std::move(on_change), duty);
  impl->observe();
  impl->retained.begin(std::move(subscribed));
  return std::unique_ptr<Records>(new Records(std::move(impl)));
}

Records::Records(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Records::~Records() = default;

void Records::when_complete(std::chrono::milliseconds patience, Told told) {
  impl_->retained.when_complete(patience, std::move(told));
}

Status Records::wait_complete(std::chrono::milliseconds patience) {
  return impl_->retained.wait_complete(patience);
}

std::vector<Record> Records::all() const {
  return impl_->known.all();
}

std::optional<Record> Records::find(const std::string& identity) const {
  return impl_->known.find(identity);
}

std::optional<Record> Records::newest(const std::string& identity) const {
  return impl_->known.newest(identity);
}

std::set<std::string> Records::workflows_in_use() const {
  return impl_->known.workflows_in_use();
}

std::size_t Records::put_back() {
  impl_->clear_over();
  std::size_t kept = 0;
  std::size_t failed = 0;
  std::string why;
  for (const auto& missing : impl_->known.take_missing(kRecordsPutBackMax)) {
    const auto put = impl_->put_back(missing);
    if (put) {
      kept += *put ? 1 : 0;
      continue;
    }
    impl_->known.miss(missing.record.identity);  // for the next time
    ++failed;
    why = put.error().message;
  }
  if (failed > 0)
    log::warning("cannot put back nodes' records that the bus does not show",
                 {{"records", std::to_string(failed)}, {"why", why}});
  if (kept > 0)
    log::info("nodes' records that the bus did not show are put back",
              {{"records", std::to_string(kept)}});
  return kept;
}

}  // namespace muster::client
