// Tells people. One class a kind of target; a target is a URL.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "proto/base/result.hpp"
#include "proto/base/value.hpp"

namespace muster::plugins {

struct Notification {
  std::string
      id;  // stable over retries: receivers can drop what they have seen (Message-ID, XMPP id)
  std::string subject;  // one line
  std::string text;     // the whole story, plain text
  Value data;           // the same for machines (webhooks)
};

// Blocks for at most its own timeout (30 s). Not thread-safe: one call at a time for each object.
class Notifier {
 public:
  virtual ~Notifier() = default;
  // Errc::unavailable or timeout: worth trying again. Errc::refused, config: it is not; a person
  // must look.
  virtual Status send(const Notification& notification) = 0;
};

}  // namespace muster::plugins
