// A unit of systemd: its name, and what the service manager knows of it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "proto/base/result.hpp"

namespace muster::systemd {

inline constexpr std::size_t kUnitNameMaxBytes = 255;

// "nginx" and "nginx.service" are one; "apt-daily.timer", "ssh.socket" and "x.path" are taken as
// they are. Errc::invalid_data, saying why, for what names nothing that can be started and stopped:
// other kinds of units, templates without an instance, and what is no unit's name at all.
Result<std::string> unit_name(std::string_view word);

struct UnitState {
  std::string unit;             // its full name; another than was asked for when that is an alias
  std::string load_state;       // loaded, not-found, masked, error, bad-setting
  std::string active_state;     // active, reloading, inactive, failed, activating, deactivating
  std::string sub_state;        // running, exited, dead …
  std::string unit_file_state;  // enabled, disabled, static, masked …; empty: it has no file
  std::string result;           // of a service's last end: success, exit-code, signal, timeout …
  std::string invocation;       // of its last start, 32 hex digits: the journal knows it
  std::uint32_t main_pid = 0;
  std::uint32_t exit_status = 0;  // of a service's last main process
  std::uint64_t started_us = 0;   // when its last start began, Unix time; 0: not since boot
  std::int64_t since_s = 0;       // when it came up or went down, Unix time; 0: not since boot

  bool found() const { return load_state != "not-found"; }
  // As `systemctl is-active` has it.
  bool running() const { return active_state == "active" || active_state == "reloading"; }
  bool enabled() const {
    return unit_file_state == "enabled" || unit_file_state == "enabled-runtime";
  }
};

}  // namespace muster::systemd
