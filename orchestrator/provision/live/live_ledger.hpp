// The ledger of join tokens on the bus and on disk.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "orchestrator/provision/ledger_host.hpp"
#include "orchestrator/provision/live/ledger_disk.hpp"
#include "orchestrator/provision/live/ledger_file.hpp"
#include "orchestrator/provision/token_ledger.hpp"
#include "proto/base/fair_queue.hpp"
#include "proto/loop/executor.hpp"
#include "proto/loop/poster.hpp"
#include "proto/loop/real/backlog.hpp"
#include "proto/loop/waits.hpp"
#include "proto/transport/message.hpp"

namespace muster::client {
class Link;
class Retained;
}  // namespace muster::client

namespace muster::provision {

inline constexpr std::size_t kUseMessageBytes =
    2'048;  // of one that is retained, with its signer's certificate
// Messages waiting to be verified: the broker lets only orchestrators write them, and does not say
// which one did. Whoever starts gets all that are retained at once, so that each that can be remembered has its place.
inline constexpr base::FairLimits ledger_queue(std::size_t uses_max) {
  return {.items = uses_max,
          .per_sender = uses_max,
          .bytes = uses_max * kUseMessageBytes,
          .bytes_per_sender = uses_max * kUseMessageBytes};
}
inline constexpr std::chrono::minutes kLedgerPatience{
    5};  // for all of them to be verified at start

// On the loop's thread, but for open(). All that it is given must outlive it.
class LiveLedger final : public LedgerHost {
 public:
  struct Parts {
    client::Link& link;
    loop::Poster& poster;
    loop::Waits& waits;
    loop::Executor& signers;
    loop::Executor& disk;
  };
  struct Options {
    std::size_t uses_max = kTokenUsesMax;
    base::FairLimits queue = ledger_queue(kTokenUsesMax);
    std::filesystem::path file = {};                           // empty: the bus alone remembers
    std::function<void(const std::string& why)> on_full = {};  // TokenLedger::Options
  };
  // Returns once everything retained was read: an orchestrator that starts counts nothing twice. What the bus lacks and the
  // file has is verified once more, counts, and is published again. To be called before the loop runs. Errc::io or config
  // when the file cannot be used; a broken one is put aside. Errc::timeout after `patience`.
  static Result<std::unique_ptr<LiveLedger>> open(Parts parts, std::chrono::milliseconds patience,
                                                  Options options);
  // No message is verified any more once this returns.
  ~LiveLedger() override;

  TokenLedger& ledger() { return ledger_; }
  // Goes on with what the loop had no room for; to be called now and then.
  void go_on() { heard_->ask_again(); }
  // Nothing is being written, forgotten on disk or put back.
  bool idle() const { return ledger_.idle() && (!disk_ || disk_->idle()); }
  // Called whenever something has ended that idle() waits for.
  void on_end(const std::function<void()>& handler);

  loop::Task<Result<std::string>> seal(envelope::Kind kind, std::string body) override;
  loop::Task<Status> keep(LedgerRow row) override;
  void forget(std::string topic) override;
  Status publish(const std::string& topic, std::string message) override;
  std::string session() const override;
  std::string own_serial() const override;
  bool is_revoked(const std::string& serial) const override;
  std::uint64_t revocations() const override;
  std::size_t dropped() const override;

 private:
  LiveLedger(Parts parts, const Options& options);
  void listen(const base::FairLimits& queue);
  Status hear_all(std::chrono::milliseconds patience);
  bool take_use(const transport::Message& message);
  bool take_revocation(const transport::Message& message);
  // What the file has and the bus has not brought.
  Status bring_back();
  bool knows(const std::string& topic);
  // To the ledger: at once while it is being opened, else on the loop.
  void hand_on(std::function<void()> task);
  void hand_on_cleared(const std::string& topic);
  Status keep_now(LedgerRow row);
  Status write_gathered();

  const Parts parts_;
  std::shared_ptr<LedgerFile> file_;  // null: none
  std::unique_ptr<LedgerDisk> disk_;  // the same
  TokenLedger ledger_;
  // While it is being opened, those who verify reach the ledger by themselves, one at a time: nothing else does.
  std::mutex opening_;
  std::atomic<bool> is_open_{false};
  std::vector<LedgerRow> gathered_;  // to be written together, while it is being opened
  const std::shared_ptr<loop::Backlog> heard_;
  std::atomic<std::size_t> not_handed_on_{0};  // there was no room in it
  std::unique_ptr<client::Retained> heard_uses_;
  std::unique_ptr<client::Retained> heard_revocations_;
};

}  // namespace muster::provision
