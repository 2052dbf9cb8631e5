// Notifications by chat (XMPP, RFC 6120 and 6121), to a person or a room.
#pragma once

#include <memory>
#include <string>

#include "plugins/api/notifier.hpp"
#include "plugins/notifiers/xmpp/config.hpp"

namespace muster::notifiers::xmpp {

inline constexpr std::size_t kBodyMaxBytes =
    48 * 1024;  // common servers end a session at 64 KiB a stanza

// For a target "xmpp:ops@example.com" or "xmpp:room@conference.example.com?join". Each message is a
// login of its own. A message to a person counts as sent when our own server has taken it and not
// sent it back; what becomes of it on a foreign server cannot be known. Errc::config when the
// target or the configuration cannot work.
Result<std::unique_ptr<plugins::Notifier>> make_notifier(const std::string& target,
                                                         const Config& config);

}  // namespace muster::notifiers::xmpp
