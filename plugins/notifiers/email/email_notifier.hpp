// Notifications by mail (SMTP, RFC 5321).
#pragma once

#include <memory>
#include <string>

#include "plugins/api/notifier.hpp"
#include "plugins/notifiers/email/config.hpp"

namespace muster::notifiers::email {

// For a target "mailto:ops@example.com". Errc::config when the target or the configuration cannot
// work.
Result<std::unique_ptr<plugins::Notifier>> make_notifier(const std::string& target,
                                                         const Config& config);

}  // namespace muster::notifiers::email
