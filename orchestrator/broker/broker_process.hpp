// The Mosquitto that runs beside its watcher.
#pragma once

#include <filesystem>

#include "proto/base/result.hpp"

namespace muster::broker {

// Has the broker of that process id file read its files anew (SIGHUP): standing connections stay, and every handshake
// from then on is judged by what the files say now. Errc::not_found when it does not run, so that it reads them when it
// starts; Errc::refused when the process is no Mosquitto; Errc::io when we may not signal it.
Status reload_broker(const std::filesystem::path& pid_file);

}  // namespace muster::broker
