// Tells people. One class a kind of target; a target is a URL.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "proto/base/result.hpp"
#include "proto/base/value.hpp"

namespace muster::plugins {

// Under which lease on a node something became of it.
struct Lease {
  std::string node;
  std::string run;         // the id of its provisioning
  std::int64_t fence = 0;  // the lease's number; a later one's is higher
  std::string state;       // what became of it: "failed", "provisioned"
};

struct Notification {
  std::string
      id;  // stable over retries: receivers can drop what they have seen (Message-ID, XMPP id)
  std::string subject;  // one line
  std::string text;     // the whole story, plain text
  Value data;           // the same for machines (webhooks)
  // Of whom is told an outcome: once a later lease has told otherwise, it is not true any more.
  std::optional<Lease> lease = {};
};

// Blocks for at most its own timeout (30 s). Not thread-safe: one call at a time for each object.
class Notifier {
 public:
  virtual ~Notifier() = default;
  // Errc::unavailable or timeout: worth trying again. Errc::config: so it is once a person has mended our side, a password or
  // its file. Errc::refused: this notification is not wanted, and trying again is of no use.
  virtual Status send(const Notification& notification) = 0;
};

}  // namespace muster::plugins
