// Who runs with a certificate of the orchestrator root: orchestrators, and brokers' watchers. An
// operator asks the orchestrators (`roll_call`), each of which answers and asks the watchers, which
// hear nobody else. Whoever answers signs with the certificate that it runs with.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "orchestrator/client/worker.hpp"
#include "proto/base/fair_queue.hpp"
#include "proto/base/result.hpp"
#include "proto/base/throttle.hpp"
#include "proto/transport/bus.hpp"
#include "proto/x509/certificate.hpp"

namespace muster::client {

class Link;

inline constexpr std::chrono::milliseconds kRollPatience{3'000};  // for answers, after the first
inline constexpr std::size_t kRollAnswersMax = 1'024;             // of watchers, to one call
inline constexpr std::size_t kRollSessionMaxBytes = 64;
// Calls waiting to be verified at a watcher, and how many it answers.
inline constexpr base::FairLimits kRollQueue{.items = 64,
                                             .per_sender = 16,
                                             .bytes = std::size_t{4} << 20U,
                                             .bytes_per_sender = std::size_t{1} << 20U};
inline constexpr base::Throttle::Rate kRollRate{
    .burst = 20, .every = std::chrono::milliseconds(200), .names_max = 1};

struct OnDuty {
  std::string name;                            // of its certificate
  std::string host;                            // as the machine calls itself
  x509::Certificate certificate;               // that it runs with
  bool watcher = false;                        // a broker's; else an orchestrator
  std::vector<std::string> broker_roots = {};  // a watcher's: fingerprints of the roots that its
                                               // broker has been told of
  // A watcher's: its process, for all watchers have one name, and images call several machines alike.
  std::string session = {};
};

// Everybody who answers within `patience` of the first orchestrator, each once; the orchestrators first.
// One that does not answer is not among them. Errc::timeout when no orchestrator does. Blocks; never from a
// bus handler.
Result<std::vector<OnDuty>> call_roll(Link& link,
                                      std::chrono::milliseconds patience = kRollPatience);

// An orchestrator's part. `call`: a word of the asker's.
Status publish_roll_call(Link& link, const std::string& call);

// A watcher's part: answers from start() until the object goes. The link must outlive it.
class RollAnswerer {
 public:
  // `session`: random, and the same as long as the process runs (kRollSessionMaxBytes at most).
  // `broker_roots` is called on a thread of ours.
  using BrokerRoots = std::function<std::vector<std::string>()>;
  static Result<std::unique_ptr<RollAnswerer>> start(Link& link, std::string session,
                                                     BrokerRoots broker_roots);
  ~RollAnswerer();
  RollAnswerer(const RollAnswerer&) = delete;
  RollAnswerer& operator=(const RollAnswerer&) = delete;

 private:
  RollAnswerer(Link& link, std::string session, BrokerRoots broker_roots);
  Status answer(const transport::Message& message);

  Link& link_;
  const std::string session_;
  const BrokerRoots broker_roots_;
  base::Throttle rate_;
  std::string last_call_;  // several orchestrators make the same one
  std::shared_ptr<Worker<transport::Message>> worker_;
  transport::Subscription heard_;
};

}  // namespace muster::client
