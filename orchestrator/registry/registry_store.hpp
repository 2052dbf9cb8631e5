// What is known of every node, in a file: what it said last, and when.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "orchestrator/client/registration.hpp"
#include "proto/base/clock.hpp"
#include "proto/base/result.hpp"

namespace muster::sqlite {
class DatabaseFile;
}

namespace muster::registry {

inline constexpr std::uint32_t kIntervalMaxS = 86'400;  // whoever promises less is not waited for
// A node is fresh for three of its intervals and this, unless a question says otherwise.
inline constexpr std::chrono::seconds kFreshGrace{60};
// Longer without hearing anything, and what was missed must be heard anew.
inline constexpr std::chrono::seconds kDeafAfter{120};

// For how long a node that promised to register every `interval_s` is fresh.
std::chrono::milliseconds fresh_for(std::uint32_t interval_s);

struct StoreLimits {
  std::chrono::seconds keep{7 * 86'400};  // since a node was heard of
  std::size_t nodes = 200'000;
  std::uint64_t bytes = std::uint64_t{2} << 30U;  // of all registrations
};

struct Stored {
  std::string identity;
  std::int64_t seen_ms = 0;  // by our clock
  std::string body;          // muster.v1.Registration
};

struct Overview {
  std::size_t known = 0;   // fresh nodes of a collective
  bool heard_all = false;  // we have listened for longer than any of them is silent
};

// Not thread-safe. Every error is Errc::io unless said otherwise.
class RegistryStore {
 public:
  // Errors and corrupt files: see sqlite::DatabaseFile. `clock` must outlive it.
  static Result<std::unique_ptr<RegistryStore>> open(const std::filesystem::path& file,
                                                     StoreLimits limits, const base::Clock& clock);
  ~RegistryStore();

  // Errc::limit, naming which, when there is no room; Errc::expired for one that is no newer than
  // what is known (a repeated message).
  Status put(const client::Registered& node);

  // What one node said last, fresh or not.
  Result<std::optional<Stored>> find(const std::string& identity);

  // The fresh nodes of a collective behind `after`, in order of identity, until `visit` says false.
  // `max_age` 0: by each node's own interval.
  Status each(const std::string& collective, const std::string& after, std::chrono::seconds max_age,
              const std::function<bool(const Stored&)>& visit);
  Result<Overview> overview(const std::string& collective, std::chrono::seconds max_age);

  // What was said lately has been missed: heard_all is false until all must have been said anew.
  Status listen_anew();

  // Forgets what is older than `keep` and notes that we listen. About once a minute.
  Status tidy();
  std::size_t nodes() const { return nodes_; }

 private:
  RegistryStore(std::unique_ptr<sqlite::DatabaseFile> file, StoreLimits limits,
                const base::Clock& clock);
  Status recount();
  Status remember_since_when();

  const std::unique_ptr<sqlite::DatabaseFile> file_;
  const StoreLimits limits_;
  const base::Clock& clock_;
  std::size_t nodes_ = 0;
  std::uint64_t bytes_ = 0;
  std::int64_t listening_since_ms_ = 0;
};

}  // namespace muster::registry
