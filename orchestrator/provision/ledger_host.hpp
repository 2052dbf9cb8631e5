// What the ledger of join tokens needs of its orchestrator, as an interface: tests and the simulation play it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "proto/base/result.hpp"
#include "proto/envelope/envelope.hpp"
#include "proto/loop/task.hpp"

namespace muster::provision {

// A message of the ledger as it is kept on disk.
struct LedgerRow {
  static constexpr std::int64_t kForEver = 0;

  std::string topic;
  std::string message;
  std::int64_t until_ms = kForEver;  // when it is of no use any more
};

// On the loop's thread; nothing of it blocks. Must outlive who uses it.
class LedgerHost {
 public:
  virtual ~LedgerHost() = default;

  // Sealed in our name.
  virtual loop::Task<Result<std::string>> seal(envelope::Kind kind, std::string body) = 0;
  // Ends when it is on disk, or cannot be, which the host tells people: no reason to let nobody in, for the bus and the other
  // orchestrators have it.
  virtual loop::Task<Status> keep(LedgerRow row) = 0;
  // Leaves the disk, some time after this.
  virtual void forget(std::string topic) = 0;
  // Retained. Errc::unavailable without a link.
  virtual Status publish(const std::string& topic, std::string message) = 0;

  // Ours alone as long as this process runs: it tells our claims from those of others who sign with the same certificate.
  virtual std::string session() const = 0;
  virtual std::string own_serial() const = 0;  // of the certificate that we sign with
  virtual bool is_revoked(const std::string& serial) const = 0;
  // Another number whenever somebody else may be revoked.
  virtual std::uint64_t revocations() const = 0;
  // How many messages about uses came and were dropped unread.
  virtual std::size_t dropped() const = 0;
};

}  // namespace muster::provision
