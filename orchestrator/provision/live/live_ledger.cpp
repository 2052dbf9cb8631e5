#include "orchestrator/provision/live/live_ledger.hpp"

#include <utility>

#include "orchestrator/client/link.hpp"
#include "orchestrator/client/retained.hpp"
#include "orchestrator/provision/live/ledger_messages.hpp"
#include "proto/base/log.hpp"
#include "proto/loop/elsewhere.hpp"
#include "proto/transport/topics.hpp"

namespace muster::provision {

namespace topics = transport::topics;

LiveLedger::LiveLedger(Parts parts, const Options& options)
    : parts_(parts),
      ledger_(*this, parts.waits,
              {.collective = parts.link.collective(),
               .uses_max = options.uses_max,
               .on_full = options.on_full}),
      heard_(std::make_shared<loop::Backlog>(parts.poster, kTokenUsesMax)) {}

LiveLedger::~LiveLedger() = default;

Result<std::unique_ptr<LiveLedger>> LiveLedger::open(Parts parts,
                                                     std::chrono::milliseconds patience,
                                                     Options options) {
  std::unique_ptr<LiveLedger> ledger(new LiveLedger(parts, options));
  if (!options.file.empty()) {
    MUSTER_ASSIGN(ledger->file_, LedgerFile::open(options.file, parts.link.clock()));
    ledger->disk_ = std::make_unique<LedgerDisk>(ledger->file_, parts.disk, parts.waits);
  }
  ledger->listen(options.queue);
  MUSTER_TRY(ledger->hear_all(patience));
  MUSTER_TRY(ledger->bring_back());
  const std::lock_guard lock(ledger->opening_);
  MUSTER_TRY(ledger->write_gathered());
  ledger->is_open_ = true;
  return ledger;
}

void LiveLedger::on_end(const std::function<void()>& handler) {
  ledger_.on_end(handler);
  if (disk_) disk_->on_end(handler);
}

void LiveLedger::listen(const base::FairLimits& queue) {
  auto& link = parts_.link;
  heard_revocations_ = std::make_unique<client::Retained>(
      "revocations of join tokens", link, topics::token_revocation(link.collective(), "+"), queue,
      [this](const transport::Message& message) { return take_revocation(message); });
  heard_uses_ = std::make_unique<client::Retained>(
      "uses of join tokens", link, topics::token_use(link.collective(), "+", "+", "+"), queue,
      [this](const transport::Message& message) { return take_use(message); });
  heard_uses_->on_gap({.begin = [this] { hand_on([this] { ledger_.cut(); }); },
                       .end = [this] { hand_on([this] { ledger_.whole(); }); }});
}

Status LiveLedger::hear_all(std::chrono::milliseconds patience) {
  for (auto* heard : {heard_revocations_.get(), heard_uses_.get()}) {
    MUSTER_TRY(heard->start());
    MUSTER_TRY(heard->wait_complete(patience));
  }
  return {};
}

void LiveLedger::hand_on(std::function<void()> task) {
  if (!is_open_) {
    const std::lock_guard lock(opening_);
    if (!is_open_) return task();
  }
  if (heard_->add(std::move(task))) return;
  ++not_handed_on_;
  log::error("the loop has had too much to do for too long; a use of a join token is lost");
}

// Always on the loop, also while it is being opened: to put something back takes its time.
void LiveLedger::hand_on_cleared(const std::string& topic) {
  if (!heard_->add([this, topic] { ledger_.cleared(topic); }))
    log::error("the loop has too much to do; what was cleared of a token is not put back",
               {{"topic", topic}});
}

bool LiveLedger::take_use(const transport::Message& message) {
  if (message.payload.empty()) {
    hand_on_cleared(message.topic);
    return true;
  }
  parts_.link.catch_up();
  auto use = read_token_use(message, parts_.link.collective(), parts_.link.operators());
  if (!use) {
    log::warning("a token's use was refused",
                 {{"topic", message.topic}, {"why", use.error().message}});
    return false;
  }
  hand_on([this, use = *std::move(use), row = LedgerRow{message.topic, message.payload}] {
    ledger_.heard(use.body, use.signer_serial, row);
  });
  return true;
}

bool LiveLedger::take_revocation(const transport::Message& message) {
  if (message.payload.empty()) {
    hand_on_cleared(message.topic);
    return true;
  }
  auto revocation =
      read_token_revocation(message, parts_.link.collective(), parts_.link.operators());
  if (!revocation) return false;
  hand_on(
      [this, revocation = *std::move(revocation), row = LedgerRow{message.topic, message.payload}] {
        ledger_.heard(revocation.body, revocation.signer_serial, row);
      });
  return true;
}

bool LiveLedger::knows(const std::string& topic) {
  const std::lock_guard lock(opening_);
  return ledger_.knows(topic);
}

Status LiveLedger::bring_back() {
  if (!file_) return {};
  std::size_t count = 0;
  MUSTER_TRY(file_->each([&](const std::string& topic, const std::string& message) {
    if (knows(topic)) return;
    const transport::Message kept{.topic = topic, .payload = message};
    const bool use = topics::trust_kind(topic) == "use";
    if (!(use ? take_use(kept) : take_revocation(kept))) return;
    ++count;
    if (auto sent = publish(topic, message); !sent)
      log::warning("cannot put back what is known of a token", {{"why", sent.error().message}});
  }));
  if (count > 0)
    log::warning("the broker has lost uses or revocations of join tokens; put back",
                 {{"count", std::to_string(count)}});
  return {};
}

loop::Task<Result<std::string>> LiveLedger::seal(envelope::Kind kind, std::string body) {
  return loop::on_executor<Result<std::string>>(
      parts_.signers, parts_.waits, [&signer = parts_.link.signer(), kind, body = std::move(body)] {
        return signer.seal(kind, body);
      });
}

loop::Task<Status> LiveLedger::keep(LedgerRow row) {
  if (!is_open_) co_return keep_now(std::move(row));
  if (!disk_) co_return Status{};
  auto keeping = disk_->keep(std::move(row));
  co_return co_await keeping;
}

Status LiveLedger::keep_now(LedgerRow row) {
  if (!file_) return {};
  gathered_.push_back(std::move(row));
  if (gathered_.size() < kLedgerFileBatch) return {};
  auto kept = write_gathered();
  if (!kept)
    log::error("uses of join tokens cannot be written down", {{"why", kept.error().message}});
  return kept;
}

Status LiveLedger::write_gathered() {
  if (!file_) return {};
  return file_->keep(std::exchange(gathered_, {}));
}

void LiveLedger::forget(std::string topic) {
  if (disk_) disk_->forget(std::move(topic));
}

Status LiveLedger::publish(const std::string& topic, std::string message) {
  return parts_.link.bus().publish(topic, std::move(message), {.retain = true});
}

std::string LiveLedger::session() const {
  return parts_.link.session();
}

std::string LiveLedger::own_serial() const {
  return parts_.link.signer().chain().front().serial_hex();
}

bool LiveLedger::is_revoked(const std::string& serial) const {
  return parts_.link.operators().revoked(serial).has_value();
}

std::uint64_t LiveLedger::revocations() const {
  std::uint64_t lists = 0;  // each list's number grows
  for (const auto& held : parts_.link.operators().lists()) lists += held.list.number();
  return lists;
}

std::size_t LiveLedger::dropped() const {
  return heard_uses_->dropped() + not_handed_on_;
}

}  // namespace muster::provision
