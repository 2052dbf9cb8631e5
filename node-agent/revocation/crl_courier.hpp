// On a Puppet master: what its CA has revoked reaches the brokers. The whole list is read from the CA's folder, signed
// piece by piece with the master's own certificate, and left on the bus for the brokers' watchers.
//
// It goes through a listener of its own, which takes a certificate of any trusted CA and looks at no list: a broker
// refuses all nodes of a CA whose list it does not have, or has and it has ended, its master with them. So a new master,
// or one whose list had run out, can always bring the list that lets its nodes in again.
#pragma once

#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "node-agent/revocation/own_crl.hpp"
#include "proto/base/backoff.hpp"
#include "proto/base/clock.hpp"
#include "proto/base/guarded.hpp"
#include "proto/base/result.hpp"
#include "proto/security/signer.hpp"
#include "proto/transport/bus.hpp"

namespace muster::agent {

inline constexpr std::chrono::milliseconds kCrlLook{1'000};  // has the file changed?
inline constexpr std::chrono::hours kDeliverAgain{1};  // for a broker that lost what it retained
inline constexpr std::chrono::seconds kDeliverPatience{60};  // for the broker to take all pieces
inline constexpr std::chrono::milliseconds kDeliverFirstPause{250};  // after a failure, doubled
inline constexpr std::chrono::milliseconds kDeliverMostPause{5'000};
// A broker knows a new CA moments after its endorsement: a refusal that lasts no longer is no trouble.
inline constexpr std::chrono::seconds kRefusedAtFirst{10};

// One thread of its own. Thread-safe.
class CrlCourier {
 public:
  struct Ways {
    std::string collective;       // the main one
    std::filesystem::path cadir;  // ca_crt.pem, ca_crl.pem
    // The master's certificate and key as they are now.
    std::function<Result<security::Signer>()> signer;
    // A link to the masters' listener; called for each delivery, and closed after it.
    std::function<Result<std::unique_ptr<transport::Bus>>(const security::Signer&)> connect;
    std::chrono::milliseconds look = kCrlLook;
  };

  // Delivers at once, whenever the list changes, and every kDeliverAgain. `clock` must outlive it,
  // and so must what `ways` uses, which is called on its thread.
  CrlCourier(Ways ways, const base::Clock& clock);
  // Ends when a delivery under way has ended: kDeliverPatience and the link's own patience at most.
  ~CrlCourier();
  CrlCourier(const CrlCourier&) = delete;
  CrlCourier& operator=(const CrlCourier&) = delete;

  // The broker may not have the list: it refused us, or is reached again.
  void deliver_again();

 private:
  // What a file looks like from outside: it is read only when this has changed.
  struct Seen {
    std::filesystem::file_time_type changed{};
    std::uintmax_t size = 0;
    bool operator==(const Seen&) const = default;
  };
  struct State {
    bool due = true;     // a delivery, though the file is the same
    bool asked = false;  // for it, since the last try
    std::chrono::steady_clock::time_point tried_at{};
    bool stopping = false;
  };
  void work();
  std::chrono::milliseconds look();
  bool may_hurry(const State& state) const;
  void tell(const Error& why);
  Seen look_at_file() const;
  Status deliver() const;
  Status publish_all(transport::Bus& bus, const security::Signer& signer, const OwnCrl& own) const;

  const Ways ways_;
  const base::Clock& clock_;
  base::Backoff backoff_{kDeliverFirstPause, kDeliverMostPause};
  Seen delivered_;  // the thread's only
  std::chrono::steady_clock::time_point delivered_at_{};
  std::string told_;  // the last warning in the log
  std::optional<std::chrono::steady_clock::time_point> failing_since_;
  base::Guarded<State> state_;
  std::condition_variable wake_;
  std::thread thread_;
};

}  // namespace muster::agent
