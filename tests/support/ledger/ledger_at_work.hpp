// A ledger as an orchestrator has it, on a loop of its own; asked from the test's thread.
#pragma once

#include <future>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "orchestrator/client/link.hpp"
#include "orchestrator/provision/live/live_ledger.hpp"
#include "proto/loop/real/loop_thread.hpp"
#include "proto/loop/real/thread_pool.hpp"

namespace muster::test {

class LedgerAtWork {
 public:
  static Result<std::unique_ptr<LedgerAtWork>> open(client::Link& link,
                                                    provision::LiveLedger::Options options = {}) {
    auto work = std::make_unique<LedgerAtWork>(link);
    MUSTER_ASSIGN(work->live_,
                  provision::LiveLedger::open(
                      {link, work->thread_.loop(), work->waits_, work->signers_, work->disk_},
                      std::chrono::seconds(10), std::move(options)));
    work->thread_.start("ledger");
    return work;
  }
  explicit LedgerAtWork(client::Link& link) : thread_(link.clock()) {}
  // As an orchestrator stops: what was heard is on disk first.
  ~LedgerAtWork() {
    if (live_ && thread_.loop().post([this] { begin_to_stop(); }))
      thread_.join();
    else
      thread_.stop();
  }

  Status use(const security::JoinClaims& token, const provision::TokenUser& user, bool further) {
    return thread_.wait_for<Status>([&] { return ledger().use(token, user, further); });
  }
  Status revoke(const std::string& id, const std::string& by, const std::string& reason) {
    return thread_.wait_for<Status>([&] { return ledger().revoke(id, by, reason); });
  }
  void sign_what_revoked_signed() {
    static_cast<void>(
        thread_.wait_for<Status>([&] { return ledger().sign_what_revoked_signed(); }));
  }
  admission::Standing standing(const security::JoinClaims& token,
                               const provision::TokenUser& user) {
    return on_loop([&] { return ledger().standing(token, user); });
  }
  std::vector<client::TokenEnd> in_use() {
    return on_loop([&] { return ledger().in_use(); });
  }

 private:
  void begin_to_stop() {
    live_->on_end([this] { end_if_idle(); });
    waits_.stop();
    end_if_idle();
  }
  void end_if_idle() {
    if (live_->idle()) thread_.loop().stop();
  }
  provision::TokenLedger& ledger() { return live_->ledger(); }
  template <class Ask>
  auto on_loop(Ask ask) -> decltype(ask()) {
    std::promise<decltype(ask())> told;
    if (!thread_.loop().post([&] { told.set_value(ask()); }))
      throw std::runtime_error("the loop is full");
    return told.get_future().get();
  }

  loop::LoopThread thread_;
  loop::Waits waits_{thread_.loop()};
  loop::ThreadPool signers_{thread_.loop(), "signer", 1, 10'000};
  loop::ThreadPool disk_{thread_.loop(), "disk", 1, 10'000};
  std::unique_ptr<provision::LiveLedger> live_;
};

}  // namespace muster::test
