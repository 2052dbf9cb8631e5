// The text of mosquitto.conf, for the two families of Mosquitto.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "orchestrator/broker/broker_config.hpp"
#include "proto/base/result.hpp"

namespace muster::broker {

// TLS 1.2: forward secrecy and authenticated encryption alone, nothing with CBC. TLS 1.3 has nothing else.
inline constexpr std::string_view kCiphers =
    "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:"
    "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305:"
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256";

// Whose revocation lists are there to be looked at: a listener that looks at a list which is missing lets nobody in.
struct LookedAt {
  bool operators = false;
  bool orchestrators = false;
};

// `run_as`: whom it becomes; empty when root does not start it. Paths are those of `config.folder`.
std::string mosquitto_conf(const BrokerConfig& config, const std::string& run_as,
                           const LookedAt& lists);

// "2.0" or "2.1" (and later); Errc::config for anything else.
Result<MosquittoVersion> mosquitto_version_from(std::string_view text);
// What is installed here says of itself; nothing when there is none, or when it cannot be told.
std::optional<MosquittoVersion> installed_mosquitto();
// Where the plugins of the installed 2.1 are; when there are none, where its own build puts them.
std::filesystem::path mosquitto_plugins();

}  // namespace muster::broker
