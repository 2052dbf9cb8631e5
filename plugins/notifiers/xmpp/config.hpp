// The chat account that notifications come from.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>

#include "proto/base/result.hpp"
#include "proto/base/strict_yaml.hpp"

namespace muster::notifiers::xmpp {

inline constexpr std::uint16_t kClientPort = 5222;  // RFC 6120, where DNS names none

struct Config {
  std::string account;                  // name@domain
  std::filesystem::path password_file;  // see read_secret()
  std::string server;  // "HOST[:PORT]" (5222); empty: as the domain's DNS says (SRV, then A)
  std::filesystem::path ca_file;              // PEM, trusted beside the system's CAs
  std::string nick = "muster";                // in rooms
  std::filesystem::path room_password_file;   // empty: rooms need none
  std::chrono::milliseconds timeout{30'000};  // for one message, all of it
};

// The map under `xmpp:` (docs/NOTIFICATIONS.md). Problems are recorded in `map`.
void read(base::StrictMap& map, Config& out);

// What no single key shows: what is missing, what cannot be read. Errc::config.
Status check(const Config& config);

}  // namespace muster::notifiers::xmpp
