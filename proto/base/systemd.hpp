// The service manager's notification protocol, sd_notify(3): one datagram to $NOTIFY_SOCKET. Our
// own, because libsystemd would bring six more libraries into every daemon.
#pragma once

#include <string_view>

namespace muster::base {

// "READY=1", "STOPPING=1", "STATUS=…". Does nothing when not started by a service manager.
void notify_service_manager(std::string_view state);

}  // namespace muster::base
