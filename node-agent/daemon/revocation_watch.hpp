// Who was revoked, as the orchestrators tell it: verified, remembered on disk, and refused from then on.
#pragma once

#include <condition_variable>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <thread>

#include "proto/base/clock.hpp"
#include "proto/base/guarded.hpp"
#include "proto/base/result.hpp"
#include "proto/base/throttle.hpp"
#include "proto/security/revocation_folder.hpp"
#include "proto/security/trust_store.hpp"
#include "proto/transport/bus.hpp"

namespace muster::agent {

// How long a session waits, before it takes requests, for the lists that the broker retains to be verified.
inline constexpr std::chrono::milliseconds kListsPatience{5'000};
inline constexpr std::size_t kListsOfUnknownRootsMax = 16;
// Lines about lists that were refused, of one topic.
inline constexpr base::Throttle::Rate kRefusedLists{
    .burst = 3, .every = std::chrono::milliseconds(60'000), .names_max = 16};

// Thread-safe but for load(). Verifies on a thread of its own. `store` and `clock` must outlive it.
class RevocationWatch {
 public:
  RevocationWatch(security::TrustStore& store, std::filesystem::path folder,
                  const base::Clock& clock);
  ~RevocationWatch();
  RevocationWatch(const RevocationWatch&) = delete;
  RevocationWatch& operator=(const RevocationWatch&) = delete;

  // What was heard before this start. The anchors must be in the store. Errc::io when the folder cannot
  // be read: then nobody knows whom to refuse.
  Status load();

  // For a bus handler: a message of trust/revoked/<root>. Of a topic only the latest waits. Those of roots
  // that are not ours, kListsOfUnknownRootsMax at most, wait for roots_changed(), so that nobody fills this queue.
  void hear(transport::Message message);
  // Another root is obeyed: its list may have come before.
  void roots_changed();
  // Everything that was heard before the call has been verified. False when `patience` ran out.
  bool drain(std::chrono::milliseconds patience);

 private:
  using Lists = std::map<std::string, transport::Message>;  // by topic
  struct State {
    Lists waiting;
    Lists of_unknown_roots;
    bool busy = false;
    bool stopping = false;
  };
  void work();
  std::optional<transport::Message> next();
  Status take(const transport::Message& message);

  security::TrustStore& store_;
  const security::RevocationFolder folder_;
  base::Throttle lines_;
  base::Guarded<State> state_;
  std::condition_variable changed_;
  std::thread thread_;
};

}  // namespace muster::agent
