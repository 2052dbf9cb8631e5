// A notification as an Internet message.
#pragma once

#include <cstdint>
#include <string>

#include "plugins/api/notifier.hpp"

namespace muster::notifiers::email {

inline constexpr std::size_t kSubjectMaxBytes = 400;
inline constexpr std::size_t kTextMaxBytes = 512 * 1024;

// "<id@domain>" without the angle brackets: one id, one Message-ID, and different ids differ.
// Characters that a Message-ID cannot hold are percent-encoded.
std::string message_id(std::string_view id, std::string_view domain);

// RFC 5322 with CR LF line ends, without dot stuffing (the transport's work). `from` and `to` are
// checked addresses. Subject and text may hold anything: nothing in them can become a header.
std::string format_message(const std::string& from, const std::string& to,
                           const plugins::Notification& notification, std::int64_t unix_ms);

}  // namespace muster::notifiers::email
