// The registry of one orchestrator: takes the nodes' registrations from the bus into its file, and
// answers operators who ask. docs/PROTOCOL.md, "Registration".
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "orchestrator/client/link.hpp"
#include "orchestrator/client/worker.hpp"
#include "orchestrator/registry/losses.hpp"
#include "orchestrator/registry/registry_store.hpp"
#include "orchestrator/registry/signatures.hpp"
#include "proto/base/throttle.hpp"
#include "proto/policy/policy_store.hpp"
#include "proto/transport/bus.hpp"

namespace muster::client {
class Fleet;
}

namespace muster::registry {

// Messages that wait, both kinds; beyond, registrations are lost until the node's next interval. All questions are of
// one sender here: the broker does not say whose a question is.
inline constexpr base::FairLimits kInbox{.items = 50'000,
                                         .per_sender = 256,
                                         .bytes = std::size_t{1} << 30U,
                                         .bytes_per_sender = std::size_t{8} << 20U};
inline constexpr std::chrono::seconds kTidyEvery{60};
// The broker keeps what comes for us while our link is away for so long, the expiry of our session.
inline constexpr std::chrono::seconds kMissedAfter{60};

struct RegistryOptions {
  std::filesystem::path file;
  std::vector<std::string> collectives;  // not empty
  StoreLimits limits;
  // Folder of the orchestrator's own policies, read at start; what it lacks is built in. That of
  // `facts` says who may hear of which node.
  std::filesystem::path policies = {};
  // Who of the link's collective is on the bus, with an index (client::Indexed::yes); must outlive the registry. Null: no
  // snapshots are given.
  const client::Fleet* fleet = nullptr;
};

// Works on a thread of its own. The link must outlive it.
class Registry {
 public:
  static Result<std::unique_ptr<Registry>> start(client::Link& link, RegistryOptions options);
  ~Registry();

  // So far. Thread-safe.
  std::uint64_t taken() const { return taken_; }
  std::uint64_t refused() const { return refused_ + lost_; }  // registrations and questions

 private:
  Registry(client::Link& link, RegistryOptions options, std::unique_ptr<RegistryStore> store);
  Status subscribe();
  Status read_signatures();
  void work(const transport::Message& message);
  void take(const transport::Message& message);
  void answer_to(const transport::Message& message);
  void notice_loss();
  void tidy_when_due();
  void refuse(const char* what, const std::string& topic, const Error& why);

  client::Link& link_;
  const RegistryOptions options_;
  const std::unique_ptr<RegistryStore> store_;
  const policy::PolicyStore policies_;
  Signatures signatures_;  // own thread only, once that works
  std::atomic<std::uint64_t> taken_{0};
  std::atomic<std::uint64_t> refused_{0};  // not believed
  std::atomic<std::uint64_t> lost_{0};     // registrations that could not be kept
  Losses losses_;
  base::Throttle log_;  // lines about what is refused
  std::chrono::steady_clock::time_point tidied_{};
  struct Deafness;
  const std::shared_ptr<Deafness> deafness_;
  std::shared_ptr<client::Worker<transport::Message>> inbox_;
  std::vector<client::Observers::Handle> heard_;
  std::vector<transport::Subscription> subscriptions_;
};

}  // namespace muster::registry
