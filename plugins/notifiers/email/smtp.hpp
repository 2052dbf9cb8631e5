// Hands one message to a mail server.
#pragma once

#include <string>

#include "plugins/notifiers/email/config.hpp"

namespace muster::notifiers::email {

// Blocks until the server took `message` (as format_message() made it) or config.timeout passed;
// the name lookup counts. Thread-safe. Errors name the server and, when it spoke, its last words:
//   unavailable  no connection, no such host, connection lost, a 4xx answer (the server asks to try
//   again) timeout      config.timeout refused      certificate not trusted (and why), no STARTTLS,
//   wrong password, a 5xx answer config       CA or password file unreadable
Status submit(const Config& config, const std::string& to, const std::string& message);

}  // namespace muster::notifiers::email
