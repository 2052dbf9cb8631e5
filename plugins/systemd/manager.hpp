// What systemd can do with units, over D-Bus.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "plugins/systemd/bus.hpp"
#include "plugins/systemd/unit.hpp"
#include "proto/base/result.hpp"

namespace muster::systemd {

// Where the service manager and its journal are; tests have others.
struct Surroundings {
  std::string bus_address;  // empty: this machine's system bus
  std::chrono::milliseconds patience = kBusPatience;
  std::vector<std::string> journalctl{"journalctl"};  // program and first arguments
};

// Whether this machine has a running systemd and a system bus. Opens nothing.
bool available(const Surroundings& surroundings);

enum class Verb { start, stop, restart, reload };

// One connection, opened by connect(), closed by the destructor. Blocks; not thread-safe.
class Manager {
 public:
  // Errc::unavailable or timeout when the bus does not answer.
  static Result<Manager> connect(const Surroundings& surroundings);

  // `unit` as unit_name() gives it. A unit that does not exist is one whose found() is false.
  Result<UnitState> state(const std::string& unit);

  // Has systemd do it and waits for the end of its job. What it came to: "done", or "failed",
  // "canceled", "timeout", "dependency", "skipped" (systemd's words). Errc::timeout when `deadline`
  // passes first: the job goes on.
  Result<std::string> run(Verb verb, const std::string& unit,
                          std::chrono::steady_clock::time_point deadline);

  // Whether anything had to be changed. Errc::aborted for a unit that has no [Install] section.
  Result<bool> enable(const std::string& unit);
  Result<bool> disable(const std::string& unit);

  // Names of all that is loaded or has a file.
  Result<std::vector<std::string>> unit_names();

 private:
  explicit Manager(Bus bus) : bus_(std::move(bus)) {}
  Result<std::string> path_of(const std::string& unit);
  Result<std::size_t> changes_in(sd_bus_message* message);
  Status reload_files();

  Bus bus_;
};

// The last lines that the journal has of a unit's last start; empty when it cannot be read.
std::string journal_tail(const Surroundings& surroundings, const UnitState& unit);

}  // namespace muster::systemd
