// Debts as entries that orchestrators keep on the bus. docs/adr/0096-debts-live-on-the-bus.md.
#pragma once

#include <chrono>
#include <functional>
#include <memory>

#include "orchestrator/client/debt_account.hpp"
#include "proto/base/fair_queue.hpp"
#include "proto/base/result.hpp"

namespace muster::client {

class LinkCore;

// On the bus by one link: not fewer than an orchestrator has on its disk, or it could not say all that it knows. With all records
// there is room for the rest of kClaimsMax.
inline constexpr std::size_t kDebtsKeptMax = 80'000;
// Debts waiting to be verified; the "sender" is the name that is owed.
inline constexpr base::FairLimits kDebtQueue{.items = 100'000,
                                             .per_sender = 64,
                                             .bytes = std::size_t{256} << 20U,
                                             .bytes_per_sender = std::size_t{8} << 20U};

// Thread-safe. The link must outlive it.
class KeptDebts {
 public:
  // What the bus shows, also our own word: on a verifier of the link's, one at a time. Gives what is known of that master and name
  // with it: where that is no more than what was heard, the message is ours to keep as well, as it was signed. An error: it is not
  // taken, and we do not keep it.
  using Handler = std::function<Result<DebtAccount>(const DebtAccount& heard)>;

  // Subscribes; waits for the broker's answer. Not on the directory's loop, nor on a verifier, as the next two.
  static Result<std::unique_ptr<KeptDebts>> watch(LinkCore& link, Handler handler);
  // Until all that is retained has been heard; Errc::timeout.
  Status wait_complete(std::chrono::milliseconds patience);
  ~KeptDebts();

  // Signed, and kept on the bus for as long as the link object is there, until more is said. Without a link it is shown with the
  // next. Errc::limit at kDebtsKeptMax, or when the bus has no room now.
  Status keep(const DebtAccount& account);
  // It is ours to keep no longer; what stands on the bus goes with its time. From any thread; does not wait.
  void leave(const std::string& master, const std::string& certname);

 private:
  struct Impl;
  explicit KeptDebts(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace muster::client
