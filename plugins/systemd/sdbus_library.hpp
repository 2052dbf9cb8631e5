// libsystemd's D-Bus client, opened at its first use: most nodes are never asked about a service,
// and it brings compression and cryptography along.
#pragma once

#include <systemd/sd-bus.h>

#include "proto/base/result.hpp"

namespace muster::systemd {

// The C functions that are used, with sd-bus(3)'s own signatures.
struct SdBusLibrary {
  decltype(&::sd_bus_new) bus_new = nullptr;
  decltype(&::sd_bus_set_address) set_address = nullptr;
  decltype(&::sd_bus_set_bus_client) set_bus_client = nullptr;
  decltype(&::sd_bus_set_method_call_timeout) set_method_call_timeout = nullptr;
  decltype(&::sd_bus_start) start = nullptr;
  decltype(&::sd_bus_is_ready) is_ready = nullptr;
  decltype(&::sd_bus_process) process = nullptr;
  decltype(&::sd_bus_wait) wait = nullptr;
  // Not flush_close_unref: that one waits 90 seconds for a bus that never answered.
  decltype(&::sd_bus_close_unref) close_unref = nullptr;
  decltype(&::sd_bus_call_method) call_method = nullptr;
  decltype(&::sd_bus_get_property_string) get_property_string = nullptr;
  decltype(&::sd_bus_get_property_trivial) get_property_trivial = nullptr;
  decltype(&::sd_bus_get_property) get_property = nullptr;
  decltype(&::sd_bus_match_signal) match_signal = nullptr;
  decltype(&::sd_bus_slot_unref) slot_unref = nullptr;
  decltype(&::sd_bus_message_read) message_read = nullptr;
  decltype(&::sd_bus_message_read_array) message_read_array = nullptr;
  decltype(&::sd_bus_message_enter_container) message_enter_container = nullptr;
  decltype(&::sd_bus_message_exit_container) message_exit_container = nullptr;
  decltype(&::sd_bus_message_unref) message_unref = nullptr;
  decltype(&::sd_bus_error_free) error_free = nullptr;
};

// Errc::config, with what to install, when it cannot be opened. Opened once, never closed.
// Thread-safe.
Result<const SdBusLibrary*> sdbus_library();

}  // namespace muster::systemd
