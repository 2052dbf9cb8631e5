// Many notifications as one.
#pragma once

#include <string>
#include <vector>

#include "plugins/api/notifier.hpp"

namespace muster::notify {

inline constexpr std::size_t kDigestRowsMax = 500;
inline constexpr std::size_t kDigestTextMaxBytes =
    40 * 1024;  // below what every kind of notifier takes

// One message, `id` its own. Every subject is in it; the texts follow as long as they fit, and it
// says how many did not. `data` is the list of all data.
plugins::Notification digest_of(std::string id, const std::vector<plugins::Notification>& parts);

}  // namespace muster::notify
