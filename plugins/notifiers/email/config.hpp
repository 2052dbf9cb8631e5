// How mail leaves.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>

#include "proto/base/result.hpp"
#include "proto/base/strict_yaml.hpp"

namespace muster::notifiers::email {

// required: STARTTLS or no mail. optional: STARTTLS when the server offers it (an attacker in
// between can prevent that). none: clear text.
enum class Tls { required, optional, none };

struct Config {
  std::string server;  // "smtp://HOST[:PORT]" (25) or, with TLS from the first byte,
                       // "smtps://HOST[:PORT]" (465)
  std::string from;    // the sender's address
  Tls tls = Tls::required;
  std::filesystem::path
      ca_file;       // PEM; what the server's certificate must chain to; empty: the system's CAs
  std::string user;  // empty: no authentication
  std::filesystem::path password_file;        // see read_secret()
  std::chrono::milliseconds timeout{30'000};  // for one message, all of it
};

// The map under `email:` (docs/NOTIFICATIONS.md). Problems are recorded in `map`.
void read(base::StrictMap& map, Config& out);

// What no single key shows: what is missing, what contradicts, what cannot be read. Errc::config.
Status check(const Config& config);

}  // namespace muster::notifiers::email
