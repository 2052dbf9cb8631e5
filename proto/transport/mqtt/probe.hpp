// Looks, after a failed connection, at what stands between us and the broker: name, TCP,
// certificates.
#pragma once

#include <optional>
#include <string>

#include "proto/base/error.hpp"
#include "proto/transport/mqtt/mqtt_bus.hpp"

namespace muster::transport::mqtt {

inline constexpr std::chrono::milliseconds kProbeTimeout{3'000};
// A broker that refuses a client certificate says so within a round trip after the TLS 1.3
// handshake.
inline constexpr std::chrono::milliseconds kAlertPatience{500};

// Nothing when TCP and TLS are fine. Errc::unavailable, Errc::refused or Errc::config as connect()
// says. Blocks for at most kProbeTimeout + kAlertPatience, name lookup apart.
std::optional<Error> probe(const Options& options, const std::string& broker);

// Errc::config when a file of `options` cannot be read or used, or a broker is not "host:port".
Status check_options(const Options& options);

}  // namespace muster::transport::mqtt
