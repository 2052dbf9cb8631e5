// The bus over MQTT 5, or MQTT 3.1.1 where the broker does not speak 5. The only user of Paho.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "proto/transport/bus.hpp"

namespace muster::transport::mqtt {

enum class Version { automatic, v5, v311 };  // automatic: 5, then 3.1.1 when the broker refuses 5

inline constexpr std::size_t kOutgoingQueueMax = 8'192;             // messages not yet acknowledged
inline constexpr std::size_t kOutgoingBytesMax = 64 * 1024 * 1024;  // their topics and payloads
inline constexpr std::chrono::seconds kAnswerTimeout{10};           // to SUBSCRIBE and UNSUBSCRIBE
// Losing so many links in a row, each younger than kStableAfter, without a word of the broker, which takes connections right
// after each, and each made again at the first attempt, is taken for a second client with our client id: MQTT 3.1.1, and
// Mosquitto before 2.0.13 in MQTT 5 too, just hang up. A broker that restarts again and again takes none for a moment.
inline constexpr int kQuickLossesMax = 3;
// Each of two looks whether it does, and the pause between them.
inline constexpr std::chrono::milliseconds kBrokerLookTimeout{1'000};
inline constexpr std::chrono::milliseconds kBrokerLookAgain{200};
inline constexpr std::chrono::seconds kTakenOverPause{60};  // before we ask for our name back
inline constexpr std::chrono::seconds kStableAfter{
    10};  // a link that lived so long resets the back-off
inline constexpr std::chrono::milliseconds kLeaveTimeout{
    1'000};  // for the farewell of disconnect()

struct LastWill {
  std::string topic;
  std::string payload;  // may be empty: removes the retained message
  Qos qos = Qos::at_least_once;
  bool retain = true;
};

struct Options {
  std::vector<std::string> brokers;  // "host:port", tried in turn
  std::string client_id;
  Version version = Version::automatic;
  // PEM; trust anchor of the broker's certificate. Host name is checked. Empty: plain TCP without
  // any protection, which only tests may ask for.
  std::filesystem::path ca_file;
  std::filesystem::path certificate_file;  // mutual TLS; empty: none
  std::filesystem::path key_file;
  std::string user;  // join listener; empty: none
  std::string password;
  std::optional<LastWill> will;
  std::chrono::seconds keep_alive{20};
  // None that outlives its link. Mosquitto 2.0 counts such a session twice when it is told to read its files anew (each
  // revocation does that), and then dies when the session ends: ADR 49. What waits to be sent waits with us.
  std::chrono::seconds session_expiry{0};
  std::chrono::milliseconds connect_timeout{10'000};
  std::chrono::milliseconds backoff_first{250};
  std::chrono::milliseconds backoff_most{30'000};
};

// Connects once. Errc::unavailable "cannot reach broker …: <reason>; …", Errc::refused when the
// broker or TLS refuses us (the message tells which certificate or credential), Errc::config for
// unreadable files. The text is for operators: it names broker, cause and what to do. After that
// the bus reconnects by itself with jittered back-off and subscribes again; `on_link` hears of each
// change, also of the first connection.
Result<std::unique_ptr<Bus>> connect(const Options& options, Bus::LinkHandler on_link);

}  // namespace muster::transport::mqtt
